import type { LicenseStatus } from './license-status.ts';

/**
 * Whoever asks about ends wants the nearest first; everybody else, and who asks about one user alone, gets the order of
 * issue. All stores must agree, for a page goes on where the last one ended.
 */
export const isSortedByExpiry = (query: {
  status?: LicenseStatus;
  userId?: unknown;
  expiresBefore?: unknown;
}): boolean =>
  query.userId === undefined &&
  (query.expiresBefore !== undefined || query.status === 'in_grace' || query.status === 'expired');
