import { collectErrors, optional } from '../shared/collect-errors.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { message } from '../shared/message.ts';
import { addDays } from './add-days.ts';
import { LicenseTerms } from './license-terms.ts';

/**
 * A renewal as a client gives it: either to a moment (RFC 3339, UTC, whole seconds) or by days.
 * @property presentEnd the end that the client has read; not given: any
 */
export type RenewalInput = Readonly<{
  expiresAt?: string | undefined;
  days?: number | undefined;
  presentEnd?: string;
}>;

/**
 * The new end. Days count from the later of now and the old end: a customer loses no remaining time, and pays for none
 * in which the license was over.
 * @throws {DomainError} request.precondition-failed: it has another end than the client has read
 * @throws {DomainError} license.invalid, with all broken rules
 */
export const renewedExpiry = (
  { expiresAt, days, presentEnd }: RenewalInput,
  oldEnd: Instant,
  now: Instant,
): Instant => {
  if (presentEnd !== undefined && presentEnd !== oldEnd) {
    throw new DomainError(
      'request.precondition-failed',
      `The present end is ${Instant.format(oldEnd)}. Nothing was changed.`,
    );
  }
  const latest = oldEnd > now ? oldEnd : now;
  const { moment, end } = collectErrors<{ one: undefined; moment?: Instant; end?: Instant }>('license.invalid', {
    one: () => {
      if ((expiresAt === undefined) !== (days === undefined)) return undefined;
      throw new DomainError('license.invalid', message`Say either ${'expiresAt'} or ${'days'}.`);
    },
    moment: optional(expiresAt, (raw) => parseEndAfter(latest, raw)),
    end: optional(days, (number) => addDays(latest, number)),
  });
  return (moment ?? end) as Instant;
};

const parseEndAfter = (latest: Instant, raw: string): Instant => {
  const end = LicenseTerms.parseMoment('expiresAt', raw);
  if (end > latest) return end;
  throw new DomainError('license.invalid', message`${'expiresAt'} must be after now and after the present end.`);
};
