import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { message } from '../shared/message.ts';
import { addDays } from './add-days.ts';
import { LicenseTerms } from './license-terms.ts';

/** A renewal as a client gives it: either to a moment (RFC 3339, UTC, whole seconds) or by days. */
export type RenewalInput = Readonly<{ expiresAt?: string | undefined; days?: number | undefined }>;

/**
 * The new end. Days count from the later of now and the old end: a customer loses no remaining time, and pays for none
 * in which the license was over.
 * @throws {DomainError} license.invalid
 */
export const renewedExpiry = ({ expiresAt, days }: RenewalInput, oldEnd: Instant, now: Instant): Instant => {
  if ((expiresAt === undefined) === (days === undefined)) {
    throw new DomainError('license.invalid', message`Say either ${'expiresAt'} or ${'days'}.`);
  }
  if (expiresAt !== undefined) {
    const end = LicenseTerms.parseMoment('expiresAt', expiresAt);
    if (end > oldEnd && end > now) return end;
    const detail = message`${'expiresAt'} must be after now and after the present end.`;
    throw new DomainError('license.invalid', detail);
  }
  return addDays(oldEnd > now ? oldEnd : now, Number(days));
};
