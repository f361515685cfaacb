import type { LicenseView, OwnedLicenseView } from '../../../../application/license/license-view.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { ActivationView } from '../../../../ports/license-queries.ts';
import { badge, type Column, rowLink, table } from './components.ts';
import { buttonForm } from './form.ts';
import { timeOrNever } from './format.ts';
import { type Html, html, type Part } from './html.ts';
import type { PageRequest } from './page-request.ts';

type Status = LicenseView['status'];

/** Words of the statuses, in the order of the tabs. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  active: 'Active',
  in_grace: 'In grace',
  scheduled: 'Scheduled',
  suspended: 'Suspended',
  expired: 'Expired',
  revoked: 'Revoked',
};

const BADGES: Readonly<Record<Status, Html>> = {
  active: badge('good', STATUS_WORDS.active),
  in_grace: badge('warn', STATUS_WORDS.in_grace),
  scheduled: badge('plain', STATUS_WORDS.scheduled, 'hollow'),
  suspended: badge('bad', STATUS_WORDS.suspended, 'hollow'),
  expired: badge('plain', STATUS_WORDS.expired),
  revoked: badge('bad', STATUS_WORDS.revoked),
};

const OWNER_BANNED = badge('bad', 'Owner banned');

export const statusBadge = ({ status, ownerBanned }: Pick<LicenseView, 'status' | 'ownerBanned'>): Html =>
  ownerBanned && status !== 'revoked' ? OWNER_BANNED : BADGES[status];

/** The last four characters of a key, which identify it among people without giving it away. */
export const keyEnd = (key: string): string => key.slice(-4);

export const maskedKey = (key: string): Html =>
  html`<code class="muted keep"><span class="hide">ends in </span><span aria-hidden="true">…</span>${keyEnd(key)}</code>`;

/** The key of a license, without giving it away. */
export const hiddenKey = (key: string): Html =>
  html`<div>${KEY_TITLE}<code class="masked"><span aria-hidden="true">•••••-•••••-•</span><span class="hide">ends in </span>${keyEnd(key)}</code></div>`;

/** The key of a license, to be copied. */
export const shownKey = (key: string): Html => html`<div>${KEY_TITLE}<code id="license-key">${key}</code></div>`;

const KEY_TITLE = html`<h2 id="key" class="small muted">License key</h2>`;

type Machine = Pick<ActivationView, 'fingerprint' | 'name'>;

/** A machine in a table. */
export const machineCell = ({ fingerprint, name }: Machine): Html =>
  html`${name ?? html`<span class="muted">No name</span>`}<small class="mono">${fingerprint}</small>`;

/** The column of {@link freeButton}. */
export const FREE_COLUMN: Column = { label: 'Free the seat', isNumber: true, isLabelHidden: true };

/** A button that frees the seat of a machine. @param entries of its form, beside the fingerprint */
export const freeButton = (page: PageRequest, action: string, machine: Machine, entries = {}): Html => {
  const spoken = ['Free the seat of', machine.name, machine.fingerprint].filter(Boolean).join(' ');
  return buttonForm(page, action, 'Free', { 'aria-label': spoken }, { ...entries, fingerprint: machine.fingerprint });
};

/** A validation that names a product fails where the license has none. */
export const productName = (product: string | null): Part =>
  product ?? html`<span class="muted keep">No product</span>`;

/** `5 / 25` with a bar. */
export const seats = ({ activations, maxActivations }: Pick<LicenseView, 'activations' | 'maxActivations'>): Html =>
  html`${activations} / ${maxActivations ?? '∞'}${maxActivations !== null && meter(activations, maxActivations)}`;

const meter = (used: number, limit: number): Html => {
  const width = Math.min(100, Math.round((100 * used) / limit));
  return html`<svg class="mini" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="${used >= limit ? 'full' : 'used'}" width="${width}" height="8"/></svg>`;
};

/** When a license ends. A revoked one has ended already, whatever its term says. */
const endOf = ({ status, expiresAt }: Pick<LicenseView, 'status' | 'expiresAt'>, now: Instant): Html =>
  status === 'revoked' ? html`<span class="muted">revoked</span>` : timeOrNever(expiresAt, now);

/** Address of the page of a license. */
export const licensePath = (id: string): string => `/console/licenses/${id}`;

type Cell<License> = Column & Readonly<{ content: (license: License, now: Instant) => Part }>;

const STATUS: Cell<Pick<LicenseView, 'status' | 'ownerBanned'>> = {
  label: 'Status',
  onPhone: 'right',
  content: statusBadge,
};
const SEATS = { label: 'Seats', isNumber: true, phoneLabel: 'Seats', content: seats } as const;
const EXPIRES = { label: 'Expires', isNumber: true, phoneLabel: 'Expiry', content: endOf } as const;

const tableOf =
  <License>(cells: readonly Cell<License>[]) =>
  ({ now }: PageRequest, caption: string, licenses: readonly License[]): Html =>
    table(
      caption,
      cells,
      licenses.map((license) => cells.map(({ content }) => content(license, now))),
    );

/** A page of licenses of many owners, who name the rows. */
export const licenseTable = tableOf<OwnedLicenseView>([
  {
    label: 'Customer',
    content: ({ id, owner: { name, email } }) => rowLink(licensePath(id), name ?? email, name !== null && email),
  },
  STATUS,
  { label: 'Product', content: ({ product }) => productName(product) },
  { label: 'Key', onPhone: 'right', content: ({ key }) => maskedKey(key) },
  SEATS,
  { ...EXPIRES, onPhone: 'right' },
  {
    label: 'Last validated',
    isNumber: true,
    onPhone: 'none',
    content: ({ lastValidatedAt }, now) => timeOrNever(lastValidatedAt, now),
  },
]);

/** The licenses of one owner. @param pathOf the page of a license */
export const licenseTableOfOwner = (pathOf: (id: string) => string) =>
  tableOf<LicenseView>([
    { label: 'Product', content: ({ id, product }) => rowLink(pathOf(id), productName(product)) },
    STATUS,
    { label: 'Key', content: ({ key }) => maskedKey(key) },
    { ...SEATS, onPhone: 'right' },
    EXPIRES,
  ]);
