import type { UsersById } from '../../../../application/user/list-users.ts';
import type { MachineView } from '../../../../ports/license-queries.ts';
import { type Column, empty, noItems, pageHead, pager, rowLink, searchForm, table } from '../common/components.ts';
import { counted, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { consolePage } from '../common/layout.ts';
import { FREE_COLUMN, freeButton, licensePath, maskedKey, productName } from '../common/license-parts.ts';
import type { PageRequest } from '../common/page-request.ts';

type MachineList = Readonly<{
  machines: readonly MachineView[];
  owners: UsersById;
  search: string | undefined;
  nextUrl: string | undefined;
}>;

export const machinesPage = (page: PageRequest, { machines, owners, search, nextUrl }: MachineList): Html => {
  const find = searchForm({ action: '/console/machines', name: 'q', label: 'Fingerprint', value: search });
  const query = search === undefined ? '' : `?${new URLSearchParams({ q: search })}`;
  const actions =
    page.can('exports:read') && html`<a class="button" href="/console/machines.csv${query}">Export CSV</a>`;
  const list =
    machines.length === 0
      ? noItems(page.firstUrl(), noMachines(page, search))
      : html`${machineTable(page, machines, owners)}${pager(`${counted(machines.length, 'machine')} on this page, the latest activation first`, nextUrl)}`;
  return consolePage(
    page,
    'Machines',
    html`${pageHead({ title: 'Machines', actions })}<div class="filters">${find}</div>${list}`,
  );
};

const MACHINES: readonly Column[] = [
  { label: 'Machine' },
  { label: 'Customer' },
  { label: 'Product', onPhone: 'none' },
  { label: 'Key', phoneLabel: 'Key' },
  { label: 'Last seen', isNumber: true, phoneLabel: 'Seen' },
];
const FREEABLE_MACHINES: readonly Column[] = [...MACHINES, FREE_COLUMN];

const machineTable = (page: PageRequest, machines: readonly MachineView[], owners: UsersById): Html => {
  const mayFree = page.can('licenses:write');
  const rows = machines.map((machine) => {
    const { fingerprint, name, activatedAt, lastSeenAt, licenseId, license } = machine;
    const owner = owners.get(license.userId);
    return [
      html`${rowLink(licensePath(licenseId), name ?? 'No name')}<small class="mono">${fingerprint}</small>`,
      owner?.name ?? owner?.email ?? 'Deleted account',
      productName(license.product),
      maskedKey(license.key),
      // A machine is first seen when it is activated.
      time(lastSeenAt ?? activatedAt, page.now),
      mayFree && freeButton(page, `/console/machines/free${page.listQuery}`, machine, { license_id: licenseId }),
    ];
  });
  return table('Machines that hold a seat', mayFree ? FREEABLE_MACHINES : MACHINES, rows);
};

const noMachines = (page: PageRequest, search: string | undefined): Html => {
  if (search !== undefined) {
    return empty(
      'No machine is found',
      html`No machine with the fingerprint <strong>${search}</strong> holds a seat. Enter all of it; case matters.`,
      html`<a class="button" href="/console/machines">Show all machines</a>`,
    );
  }
  return empty(
    'No machine holds a seat yet',
    'When a customer first starts your application, it activates its machine, and the machine is listed here with when it was last seen.',
    html`${page.can('licenses:write') && html`<a class="button primary" href="/console/licenses/new">Issue a license</a>`}<a class="button" href="/console/licenses">Licenses</a>`,
  );
};
