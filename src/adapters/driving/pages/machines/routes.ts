import type { DeactivateLicense } from '../../../../application/license/deactivate-license.ts';
import type { ListActivations } from '../../../../application/license/list-activations.ts';
import type { ExportList } from '../../../../application/system/export-list.ts';
import type { ListUsers } from '../../../../application/user/list-users.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { MachinePosition, MachineView } from '../../../../ports/license-queries.ts';
import { machineCursor } from '../../http/request/cursors.ts';
import { sendCsv } from '../common/csv.ts';
import { FINGERPRINT } from '../common/fields.ts';
import { Form } from '../common/form.ts';
import { keyEnd } from '../common/license-parts.ts';
import { idFrom, PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { machinesPage } from './views.ts';

export type MachinesUseCases = Readonly<{
  listActivations: ListActivations;
  deactivateLicense: DeactivateLicense;
  listUsers: ListUsers;
  exportList: ExportList;
}>;

const freeForm = new Form({
  submit: 'Free',
  fields: {
    license_id: { label: 'License', type: 'hidden', required: true },
    fingerprint: FINGERPRINT,
  },
});

/** The machines of all licenses, for staff. */
export const machinesPages = (router: PageRouter, useCases: MachinesUseCases): void => {
  const { listActivations, deactivateLicense, listUsers, exportList } = useCases;

  const ownersOf = ({ caller }: PageRequest, machines: readonly MachineView[]) =>
    listUsers.ofIds({ caller, ids: machines.map(({ license }) => license.userId) });

  const showList = async (page: PageRequest) => {
    const [after, search] = [page.after(machineCursor), page.query('q')];
    const query = { caller: page.caller, fingerprint: search, limit: PAGE_SIZE, after };
    const { items, next } = await listActivations.ofAll(query);
    const owners = await ownersOf(page, items);
    return machinesPage(page, { machines: items, owners, search, nextUrl: page.nextUrl(machineCursor, next) });
  };

  router.get('/console/machines', 'staff', showList);

  router.get('/console/machines.csv', 'staff', async (page) => {
    const { caller, client } = page;
    const fingerprint = page.query('q');
    const read = (position: Readonly<{ limit: number; after: MachinePosition | undefined }>) =>
      listActivations.ofAll({ caller, fingerprint, ...position });
    const pages = await exportList.execute({ caller, client, list: 'machines', read });
    return sendCsv(page, 'machines', COLUMNS, pages, async (machines) => {
      const owners = await ownersOf(page, machines);
      return machines.map((machine) => cellsOf(machine, owners.get(machine.license.userId)?.email));
    });
  });

  router.form('/console/machines/free', {
    access: 'staff',
    form: freeForm,
    view: showList,
    async submit(page, values) {
      const licenseId = idFrom(values.text('license_id'));
      await deactivateLicense.execute({ ...page.by, licenseId, fingerprint: values.text('fingerprint') });
      return withNote(`/console/machines${page.listQuery}`, 'machine-freed');
    },
  });
};

const COLUMNS = [
  'fingerprint',
  'name',
  'activated_at',
  'last_seen_at',
  'license_id',
  'key_ends_in',
  'product',
  'owner',
  'user_id',
];

const cellsOf = ({ fingerprint, name, activatedAt, lastSeenAt, licenseId, license }: MachineView, owner?: string) => [
  fingerprint,
  name,
  Instant.format(activatedAt),
  lastSeenAt && Instant.format(lastSeenAt),
  licenseId,
  keyEnd(license.key),
  license.product,
  owner,
  license.userId,
];
