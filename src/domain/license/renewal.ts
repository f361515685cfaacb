import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { addDays } from './days-after.ts';
import { LicenseTerms } from './license-terms.ts';

/** How far a license is prolonged, as somebody writes it: to a moment, or by days. */
export type RenewalInput = Readonly<{ expires_at?: string | undefined; days?: number | undefined }>;

/**
 * The new end. Days count from the later of now and the old end, so that nobody loses what is left, nor pays for the
 * time in which the license was over.
 * @throws {DomainError} license.invalid
 */
export const renewedExpiry = ({ expires_at, days }: RenewalInput, oldEnd: Instant, now: Instant): Instant => {
  if ((expires_at === undefined) === (days === undefined)) {
    throw new DomainError('license.invalid', 'Say either expires_at or days.');
  }
  if (expires_at !== undefined) {
    const end = LicenseTerms.moment('expires_at', expires_at);
    if (end > oldEnd && end > now) return end;
    throw new DomainError('license.invalid', 'expires_at must be after now and after the present end.');
  }
  return addDays(oldEnd > now ? oldEnd : now, Number(days));
};
