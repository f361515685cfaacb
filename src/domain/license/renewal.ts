import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { DAY_MS } from './license-status.ts';
import { LicenseTerms } from './license-terms.ts';

/** How far a license is prolonged, as somebody writes it: to a moment, or by days. */
export type WrittenRenewal = Readonly<{ expires_at?: string | undefined; days?: number | undefined }>;

const MOST_DAYS = 36_500;
const YEAR_9999_MS = Instant.epochMs(Instant.parse('9999-01-01T00:00:00.000Z'));

/**
 * The new end. Days count from the later of now and the old end, so that nobody loses what is left, nor pays for the
 * time in which the license was over.
 * @throws {DomainError} license.invalid
 */
export const renewedEnd = ({ expires_at, days }: WrittenRenewal, oldEnd: Instant, now: Instant): Instant => {
  if ((expires_at === undefined) === (days === undefined)) {
    throw new DomainError('license.invalid', 'Say either expires_at or days.');
  }
  if (expires_at !== undefined) {
    const end = LicenseTerms.moment('expires_at', expires_at);
    if (end > oldEnd && end > now) return end;
    throw new DomainError('license.invalid', 'expires_at must be after now and after the present end.');
  }
  if (!Number.isInteger(days) || Number(days) < 1 || Number(days) > MOST_DAYS) {
    throw new DomainError('license.invalid', `days must be a whole number from 1 to ${MOST_DAYS}.`);
  }
  const ms = Instant.epochMs(oldEnd > now ? oldEnd : now) + Number(days) * DAY_MS;
  if (ms >= YEAR_9999_MS) throw new DomainError('license.invalid', 'The new end must not be after 9998.');
  return Instant.fromEpochMs(ms);
};
