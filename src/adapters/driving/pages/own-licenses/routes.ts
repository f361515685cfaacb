import type { CheckOutLicense } from '../../../../application/license/check-out-license.ts';
import type { DeactivateLicense } from '../../../../application/license/deactivate-license.ts';
import type { ListActivations } from '../../../../application/license/list-activations.ts';
import type { ListLicenses } from '../../../../application/license/list-licenses.ts';
import type { ReadLicense } from '../../../../application/license/read-license.ts';
import { RequestError } from '../../http/errors/request-error.ts';
import { activationCursor, licenseCursor } from '../../http/request/cursors.ts';
import { FINGERPRINT } from '../common/fields.ts';
import { Form } from '../common/form.ts';
import { PAGE_SIZE, type PageRequest } from '../common/page-request.ts';
import type { PageRouter } from '../common/router.ts';
import { withNote } from '../common/words.ts';
import { ownLicensePage, ownLicensesPage } from './views.ts';

export type OwnLicensesUseCases = Readonly<{
  listLicenses: ListLicenses;
  readLicense: ReadLicense;
  listActivations: ListActivations;
  deactivateLicense: DeactivateLicense;
  checkOutLicense: CheckOutLicense;
}>;

const machineForm = new Form({ submit: 'Free', fields: { fingerprint: FINGERPRINT } });

/** A file of a license without a limit of seats names no machine. */
const fileForm = new Form({ submit: 'Download file', fields: { fingerprint: { ...FINGERPRINT, required: false } } });

/** The licenses of a person. */
export const ownLicensesPages = (router: PageRouter, useCases: OwnLicensesUseCases): void => {
  const { listLicenses, readLicense, listActivations, deactivateLicense, checkOutLicense } = useCases;

  router.get('/account/licenses', 'session', async (page) => {
    const { caller } = page;
    const { userId } = caller.requireSession();
    const after = page.after(licenseCursor);
    const { items, next } = await listLicenses.ofUser({ caller, userId, limit: PAGE_SIZE, after });
    return ownLicensesPage(page, items, page.nextUrl(licenseCursor, next));
  });

  /** Staff may read licenses of others, in the console. */
  const read = async (page: PageRequest) => {
    const { caller } = page;
    const license = await readLicense.execute({ caller, licenseId: page.id() });
    if (license.userId === caller.userId) return license;
    throw new RequestError('request.not-found', 'There is nothing at this address.');
  };

  const show = async (page: PageRequest, showsKey = false) => {
    const license = await read(page);
    const { items: machines, next } = await listActivations.ofLicense({
      caller: page.caller,
      license,
      limit: PAGE_SIZE,
      after: page.after(activationCursor),
    });
    return ownLicensePage(page, { license, machines, nextUrl: page.nextUrl(activationCursor, next), showsKey });
  };

  router.get('/account/licenses/:id', 'session', (page) => show(page));

  router.form('/account/licenses/:id/key', {
    access: 'session',
    view: (page) => show(page),
    submit: (page) => show(page, true),
  });

  router.form('/account/licenses/:id/machines/free', {
    access: 'session',
    form: machineForm,
    view: (page) => show(page),
    async submit(page, values) {
      const { id: licenseId } = await read(page);
      await deactivateLicense.execute({ ...page.by, licenseId, fingerprint: values.text('fingerprint') });
      return withNote(`/account/licenses/${licenseId}${page.listQuery}`, 'machine-freed');
    },
  });

  router.form('/account/licenses/:id/file', {
    access: 'session',
    form: fileForm,
    view: (page) => show(page),
    async submit(page, values) {
      const { id: licenseId } = await read(page);
      const fingerprint = values.given('fingerprint');
      const { file } = await checkOutLicense.execute({ ...page.by, licenseId, fingerprint });
      return page.download(`license-${licenseId}.lic`, 'application/octet-stream', `${file}\n`);
    },
  });
};
