import { DomainError } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import { wholeNumber } from '../shared/whole-number.ts';

const MAX_DAYS = 36_500;
/** Instants sort as text only up to the year 9999, and the grace period comes after the end. */
const MAX_END_MS = Instant.epochMs(Instant.parse('9999-01-01T00:00:00.000Z'));

/**
 * The end of a term, counted in days from `from`.
 * @throws {DomainError} license.invalid: not 1 to 36,500 whole days, or an end after 9998
 */
export const addDays = (from: Instant, days: number): Instant => {
  const ms = Instant.epochMs(from) + wholeNumber('license.invalid', 'days', days, 1, MAX_DAYS) * DAY_MS;
  if (ms >= MAX_END_MS) throw new DomainError('license.invalid', 'The end must not be after 9998.');
  return Instant.fromEpochMs(ms);
};
