import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { DAY_MS } from './license-status.ts';

const MAX_DAYS = 36_500;
/** Text order is time order up to the year 9999, and grace comes after the end. */
const MAX_END_MS = Instant.epochMs(Instant.parse('9999-01-01T00:00:00.000Z'));

/**
 * An end that is counted, not named.
 * @throws {DomainError} license.invalid
 */
export const addDays = (from: Instant, days: number): Instant => {
  if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
    throw new DomainError('license.invalid', `days must be a whole number from 1 to ${MAX_DAYS}.`);
  }
  const ms = Instant.epochMs(from) + days * DAY_MS;
  if (ms >= MAX_END_MS) throw new DomainError('license.invalid', 'The end must not be after 9998.');
  return Instant.fromEpochMs(ms);
};
