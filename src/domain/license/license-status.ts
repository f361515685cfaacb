import { DAY_MS, Instant } from '../shared/instant.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';

/** The status at a moment. Where the stored status is `active`, the term decides. */
export const LICENSE_STATUSES = ['active', 'scheduled', 'in_grace', 'expired', 'suspended', 'revoked'] as const;
export type LicenseStatus = (typeof LICENSE_STATUSES)[number];

/** In its term or in its grace period. */
export const isInForce = (status: LicenseStatus): boolean => status === 'active' || status === 'in_grace';

export type LicenseTerm = Pick<LicenseSnapshot, 'issuedAt' | 'startsAt' | 'expiresAt' | 'graceDays'>;

/** End of the grace period; `null`: never. */
export const graceEndsAt = ({ expiresAt, graceDays }: Pick<LicenseTerm, 'expiresAt' | 'graceDays'>): Instant | null =>
  expiresAt === null || graceDays === 0 ? expiresAt : Instant.plusMs(expiresAt, graceDays * DAY_MS);

/**
 * The phase of the term at `at`. Half-open throughout: active from `startsAt`, in grace from `expiresAt`, expired from
 * the end of the grace period. A license that began at its issue has begun whatever the clock says, because the clocks of
 * instances differ.
 */
export const phaseAt = (term: LicenseTerm, at: Instant): 'scheduled' | 'active' | 'in_grace' | 'expired' => {
  const { issuedAt, startsAt, expiresAt } = term;
  if (at < startsAt && startsAt > issuedAt) return 'scheduled';
  if (expiresAt === null || at < expiresAt) return 'active';
  return at < (graceEndsAt(term) as Instant) ? 'in_grace' : 'expired';
};

export const statusAt = (license: LicenseTerm & Pick<LicenseSnapshot, 'status'>, at: Instant): LicenseStatus =>
  license.status === 'active' ? phaseAt(license, at) : license.status;
