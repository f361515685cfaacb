import { DAY_MS, Instant } from '../shared/instant.ts';
import type { LicenseId } from './license-id.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { type LicenseTerm, statusAt } from './license-status.ts';

/** Days before the end of a license on which its owner gets an email, once each for each end. */
const NOTICE_DAYS = [3, 14] as const;

/** @property days before the end; the email may be late */
export type ExpiryNotice = Readonly<{ licenseId: LicenseId; expiresAt: Instant; days: number; queuedAt: Instant }>;

type EndingLicense = LicenseTerm & Pick<LicenseSnapshot, 'id' | 'status' | 'ownerBanned'>;

/** No license that ends at this moment or later has a notice that is due. */
export const noticeHorizon = (at: Instant): Instant => Instant.plusMs(at, Math.max(...NOTICE_DAYS) * DAY_MS + 1);

/**
 * The notice that is due: never after the end, and late rather than not at all. Where two are late, the later one is
 * enough.
 * @param sent the notices of this license
 * @returns `undefined`: none
 */
export const dueNotice = (
  license: EndingLicense,
  sent: readonly ExpiryNotice[],
  at: Instant,
): ExpiryNotice | undefined => {
  const { id: licenseId, expiresAt, ownerBanned } = license;
  if (expiresAt === null || ownerBanned || statusAt(license, at) !== 'active') return undefined;
  const days = NOTICE_DAYS.find((number) => expiresAt <= Instant.plusMs(at, number * DAY_MS));
  if (days === undefined) return undefined;
  const isSent = sent.some((notice) => notice.expiresAt === expiresAt && notice.days <= days);
  return isSent ? undefined : { licenseId, expiresAt, days, queuedAt: at };
};
