import {
  givesFiles,
  isOverLimit,
  type LicenseView,
  takesMachines,
} from '../../../../application/license/license-view.ts';
import type { Activation } from '../../../../domain/license/activation.ts';
import { DAY_MS } from '../../../../domain/shared/instant.ts';
import { block, copyButton, empty, facts, noItems, note, pageHead, pager, table, tags } from '../common/components.ts';
import { buttonForm } from '../common/form.ts';
import { counted, date, formatDate, time } from '../common/format.ts';
import { type Html, html } from '../common/html.ts';
import { accountPage } from '../common/layout.ts';
import {
  freeButton,
  hiddenKey,
  licenseTableOfOwner,
  machineCell,
  seats,
  shownKey,
  statusBadge,
} from '../common/license-parts.ts';
import type { PageRequest } from '../common/page-request.ts';

const licenseTable = licenseTableOfOwner((id) => `/account/licenses/${id}`);

const PARENT = { href: '/account/licenses', label: 'Your licenses' } as const;

export const ownLicensesPage = (
  page: PageRequest,
  licenses: readonly LicenseView[],
  nextUrl: string | undefined,
): Html => {
  const none = empty(
    'You have no licenses',
    'A license that is issued to your account appears here, with its key and its machines.',
  );
  const list =
    licenses.length === 0
      ? noItems(page.firstUrl(), none)
      : html`${licenseTable(page, 'Your licenses', licenses)}${nextUrl && pager(`${counted(licenses.length, 'license')} on this page`, nextUrl)}`;
  return accountPage(page, 'Your licenses', html`${pageHead({ title: 'Your licenses', lead: page.email })}${list}`);
};

type OwnLicense = Readonly<{
  license: LicenseView;
  machines: readonly Activation[];
  nextUrl: string | undefined;
  /** Only where it was asked for. */
  showsKey: boolean;
}>;

export const ownLicensePage = (page: PageRequest, shown: OwnLicense): Html => {
  const { license } = shown;
  const { product, status, startsAt, expiresAt, graceDays, entitlements } = license;
  const title = product ?? 'License without a product';
  const grace = graceDays > 0 && html`, then ${counted(graceDays, 'day')} of grace`;
  const end = expiresAt === null ? 'never' : html`${time(expiresAt, page.now)}${farFrom(expiresAt, page)}${grace}`;
  const details = facts([
    ['Status', statusBadge(license)],
    ['Starts', date(startsAt)],
    ['Ends', status !== 'revoked' && end],
    ['Includes', entitlements.length > 0 && tags(entitlements)],
  ]);
  return accountPage(
    page,
    title,
    html`${pageHead({ title, parent: PARENT })}${stateNote(page, license)}<div class="stack">${keyOf(page, shown)}</div>${block('details', 'License', details)}${machinesOf(page, shown)}`,
  );
};

/** The date beside a time that is counted in days. */
const farFrom = (at: string, { now }: PageRequest): Html | false =>
  Math.abs(Date.parse(at) - Date.parse(now)) < 30 * DAY_MS && html`, on ${formatDate(at)}`;

const stateNote = ({ now, brand }: PageRequest, license: LicenseView): Html | false => {
  const { status, startsAt, expiresAt } = license;
  const help =
    brand.supportEmail !== undefined &&
    html` Questions? <a href="mailto:${encodeURI(brand.supportEmail)}">Write to us.</a>`;
  if (status === 'revoked') return note('bad', 'Revoked.', html`This license has ended for good.${help}`);
  if (status === 'suspended') return note('warn', 'Suspended.', html`The license does not run for now.${help}`);
  if (status === 'scheduled') return note('plain', 'Scheduled.', html`The license begins ${time(startsAt, now)}.`);
  if (status === 'expired') return note('warn', 'Expired.', html`Its machines do not run until it is renewed.${help}`);
  if (isOverLimit(license)) {
    return note('warn', 'Too many machines.', html`The license runs on none until enough seats are freed.${help}`);
  }
  if (status === 'in_grace' && expiresAt !== null) {
    return note(
      'warn',
      'In grace.',
      html`The license ended ${time(expiresAt, now)}. Renew it to keep it running.${help}`,
    );
  }
  return false;
};

const keyOf = (page: PageRequest, { license: { id, key }, showsKey }: OwnLicense): Html => {
  const path = `/account/licenses/${id}`;
  const content = showsKey
    ? html`${shownKey(key)}<div class="actions">${copyButton('license-key')}<a class="button" href="${path}">Hide key</a></div>`
    : html`${hiddenKey(key)}${buttonForm(page, `${path}/key`, 'Show key')}`;
  return html`<section class="sheet key" aria-labelledby="key">${content}</section>`;
};

const MACHINES = [
  { label: 'Machine' },
  { label: 'Activated', isNumber: true, phoneLabel: 'Activated' },
  { label: 'Actions', isNumber: true, isLabelHidden: true },
] as const;

const machinesOf = (page: PageRequest, { license, machines, nextUrl }: OwnLicense): Html => {
  const path = `/account/licenses/${license.id}`;
  const hasFiles = givesFiles(license);
  const fileButton = (fingerprint: string, text: string, called: string) =>
    buttonForm(page, `${path}/file`, text, { 'aria-label': `Download an offline file for ${called}` }, { fingerprint });
  const rows = machines.map((machine) => {
    const { fingerprint, name, activatedAt } = machine;
    const file = hasFiles && fileButton(fingerprint, 'Offline file', `${name ?? ''} ${fingerprint}`.trim());
    return [
      machineCell(machine),
      time(activatedAt, page.now),
      html`${file} ${freeButton(page, `${path}/machines/free${page.listQuery}`, machine)}`,
    ];
  });
  const forAny =
    hasFiles &&
    license.maxActivations === null &&
    html`<div class="actions roomy">${fileButton('', 'Offline file for any machine', 'any machine')}</div>`;
  const none = html`<p class="muted roomy">No machine holds a seat.${takesMachines(license) && ' The application takes one when it is activated with the key.'}</p>`;
  const content =
    machines.length === 0
      ? noItems(page.firstUrl(), none)
      : html`${table('Machines that hold a seat', MACHINES, rows)}${nextUrl && pager(`${counted(machines.length, 'machine')} on this page`, nextUrl)}`;
  const hint =
    machines.length > 0 &&
    takesMachines(license) &&
    html`<p class="hint">A seat that you free can be taken by another machine.${hasFiles && ' An offline file runs on one machine without a connection, until it ends.'}</p>`;
  return block(
    'machines',
    'Machines',
    html`${content}${hint}${forAny}`,
    html`<span class="num">${seats(license)}</span>`,
  );
};
