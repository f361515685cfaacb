import type { LicenseSnapshot } from './license-snapshot.ts';
import type { LicenseStatus } from './license-status.ts';

type SelectedBy = Readonly<{ status?: LicenseStatus | undefined; userId?: unknown; expiresBefore?: unknown }>;

/**
 * Whether a list is sorted by the end of the licenses, the nearest first: only where it selects by end, and not for one
 * user. All other lists are in the order of issue. Every store uses this rule, because a page continues the one before.
 */
export const isSortedByExpiry = (query: SelectedBy): boolean =>
  query.userId === undefined &&
  (query.expiresBefore !== undefined || query.status === 'in_grace' || query.status === 'expired');

/** The order of a list, for licenses that several queries found. */
export const licenseOrder = (query: SelectedBy) => {
  const sortKey = isSortedByExpiry(query) ? expiryKey : issueKey;
  return (a: Sortable, b: Sortable): number => (sortKey(a) < sortKey(b) ? -1 : 1);
};

type Sortable = Pick<LicenseSnapshot, 'id' | 'expiresAt'>;

const issueKey = ({ id }: Sortable): string => id;
const expiryKey = ({ id, expiresAt }: Sortable): string => `${expiresAt} ${id}`;
