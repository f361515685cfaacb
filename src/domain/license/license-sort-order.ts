import type { LicenseStatus } from './license-status.ts';

/**
 * Whether a list is sorted by the end of the licenses, the nearest first: only where it selects by end, and not for one
 * user. All other lists are in the order of issue. Every store uses this rule, because a page continues the one before.
 */
export const isSortedByExpiry = (query: {
  status?: LicenseStatus | undefined;
  userId?: unknown;
  expiresBefore?: unknown;
}): boolean =>
  query.userId === undefined &&
  (query.expiresBefore !== undefined || query.status === 'in_grace' || query.status === 'expired');
