import type { LicenseView } from '../../../../application/license/license-view.ts';
import type { UsersById } from '../../../../application/user/list-users.ts';
import { badge, rowLink, table } from './components.ts';
import { time } from './format.ts';
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

const BADGES: Readonly<Record<Status, Parameters<typeof badge>>> = {
  active: ['good', STATUS_WORDS.active],
  in_grace: ['warn', STATUS_WORDS.in_grace],
  scheduled: ['plain', STATUS_WORDS.scheduled, 'hollow'],
  suspended: ['bad', STATUS_WORDS.suspended, 'hollow'],
  expired: ['plain', STATUS_WORDS.expired],
  revoked: ['bad', STATUS_WORDS.revoked],
};

export const statusBadge = ({ status, ownerBanned }: Pick<LicenseView, 'status' | 'ownerBanned'>): Html =>
  ownerBanned && status !== 'revoked' ? badge('bad', 'Owner banned') : badge(...BADGES[status]);

/** The last four characters of a key, which identify it among people without giving it away. */
export const keyEnd = (key: string): string => key.slice(-4);

export const maskedKey = (key: string): Html =>
  html`<code class="muted keep"><span class="hide">ends in </span><span aria-hidden="true">…</span>${keyEnd(key)}</code>`;

/** A license without a product is for all of them. */
export const productName = (product: string | null): Part =>
  product ?? html`<span class="muted keep">Any product</span>`;

/** `5 / 25` with a bar. */
export const seats = ({ activations, maxActivations }: Pick<LicenseView, 'activations' | 'maxActivations'>): Html =>
  html`${activations} / ${maxActivations ?? '∞'}${maxActivations !== null && meter(activations, maxActivations)}`;

const meter = (used: number, limit: number): Html => {
  const width = Math.min(100, Math.round((100 * used) / limit));
  return html`<svg class="mini" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8"/><rect class="${used >= limit ? 'full' : 'used'}" width="${width}" height="8"/></svg>`;
};

/**
 * A page of licenses, each row with a link to its page.
 * @param owners names the rows; without them the product does, as in a list of one owner
 */
export const licenseTable = (
  { now }: PageRequest,
  caption: string,
  licenses: readonly LicenseView[],
  owners?: UsersById,
): Html => {
  const columns = [
    ...(owners === undefined ? [] : [{ label: 'Customer' } as const]),
    ...(owners === undefined ? [{ label: 'Product' } as const] : []),
    { label: 'Status', onPhone: 'right' },
    ...(owners === undefined ? [] : [{ label: 'Product' } as const]),
    { label: 'Key', ...(owners !== undefined && { onPhone: 'right' as const }) },
    { label: 'Seats', isNumber: true, phoneLabel: 'Seats', ...(owners === undefined && { onPhone: 'right' as const }) },
    {
      label: 'Expires',
      isNumber: true,
      phoneLabel: 'Expires',
      ...(owners !== undefined && { onPhone: 'right' as const }),
    },
    { label: 'Last validated', isNumber: true, onPhone: 'none' },
  ] as const;
  const rows = licenses.map((license) => {
    const { id, userId, product, key, expiresAt, lastValidatedAt } = license;
    const owner = owners?.get(userId);
    const path = `/console/licenses/${id}`;
    const named =
      owners === undefined
        ? [rowLink(path, product ?? 'Any product'), statusBadge(license)]
        : [
            rowLink(path, owner?.name ?? owner?.email ?? 'Deleted account', owner?.name != null && owner.email),
            statusBadge(license),
            productName(product),
          ];
    return [
      ...named,
      maskedKey(key),
      seats(license),
      expiresAt === null ? html`<span class="muted">never</span>` : time(expiresAt, now),
      lastValidatedAt === null ? html`<span class="muted">never</span>` : time(lastValidatedAt, now),
    ];
  });
  return table(caption, columns, rows);
};
