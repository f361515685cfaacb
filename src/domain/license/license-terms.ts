import { collectErrors, optional } from '../shared/collect-errors.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { type Field, message } from '../shared/message.ts';
import { wholeNumber } from '../shared/whole-number.ts';
import { addDays } from './add-days.ts';
import { Entitlement } from './entitlement.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { Metadata } from './metadata.ts';
import { Product } from './product.ts';

/** The terms that a vendor and a customer agree on. */
export type LicenseTerms = Pick<
  LicenseSnapshot,
  'product' | 'startsAt' | 'expiresAt' | 'graceDays' | 'maxActivations' | 'entitlements' | 'metadata'
>;

/** New terms, without those that stay. */
export type LicenseChange = Partial<LicenseTerms>;

/** Changed terms as a client gives them. Moments are RFC 3339, UTC, in whole seconds. */
export type LicenseChangeInput = Readonly<{
  product?: string | null | undefined;
  startsAt?: string | undefined;
  expiresAt?: string | null | undefined;
  graceDays?: number | undefined;
  maxActivations?: number | null | undefined;
  entitlements?: readonly string[] | undefined;
  metadata?: Metadata | undefined;
}>;

/** Terms as a client gives them. */
export type LicenseTermsInput = LicenseChangeInput &
  Readonly<{
    /** Instead of `expiresAt`: days from the beginning. */
    days?: number | undefined;
  }>;

export const MAX_GRACE_DAYS = 365;
const MAX_ACTIVATIONS = 1_000_000;
const MIN_INSTANT = Instant.parse('1970-01-01T00:00:00.000Z');
/** Instants sort as text only up to the year 9999, and the grace period comes after the end. */
const MAX_INSTANT = Instant.parse('9998-12-31T23:59:59.000Z');

export const LicenseTerms = {
  /**
   * Without input: begins `now`, has no end, and may be activated on any number of machines.
   * @throws {DomainError} license.invalid, with all broken rules
   */
  parse(input: LicenseTermsInput, now: Instant): LicenseTerms {
    const startsAt = momentIn(input.startsAt) ?? Instant.wholeSecond(now);
    const { change, end } = collectErrors<{ change: LicenseChange; end?: Instant; one: undefined }>('license.invalid', {
      change: () => LicenseTerms.parseChange(input),
      end: optional(input.days, (days) => addDays(startsAt, days)),
      one: () => assertOneEnd(input),
    });
    return {
      product: null,
      startsAt,
      expiresAt: null,
      graceDays: 0,
      maxActivations: null,
      entitlements: [],
      metadata: {},
      ...change,
      ...(end !== undefined && { expiresAt: end }),
    };
  },

  /**
   * @param present terms: a new beginning must be before an end that stays
   * @throws {DomainError} license.invalid, with all broken rules
   */
  parseChange(input: LicenseChangeInput, present?: Pick<LicenseTerms, 'expiresAt'>): LicenseChange {
    const { product, startsAt, expiresAt, graceDays, maxActivations, entitlements, metadata } = input;
    return collectErrors<LicenseChange>('license.invalid', {
      product: optional(product, (raw) => (raw === null ? null : Product.parse(raw))),
      startsAt: optional(startsAt, (raw) => {
        const start = LicenseTerms.parseMoment('startsAt', raw);
        if (expiresAt === undefined && present !== undefined) assertEndsAfter(start, present.expiresAt);
        return start;
      }),
      expiresAt: optional(expiresAt, (raw) => (raw === null ? null : parseEnd(raw, momentIn(startsAt)))),
      graceDays: optional(graceDays, (raw) => wholeNumber('license.invalid', 'graceDays', raw, 0, MAX_GRACE_DAYS)),
      maxActivations: optional(maxActivations, (raw) =>
        raw === null ? null : wholeNumber('license.invalid', 'maxActivations', raw, 1, MAX_ACTIVATIONS),
      ),
      entitlements: optional(entitlements, Entitlement.parseAll),
      metadata: optional(metadata, Metadata.parse),
    });
  },

  /** @throws {DomainError} license.invalid: not RFC 3339 in UTC and whole seconds, or not from 1970 to 9998 */
  parseMoment(field: Field, raw: string): Instant {
    const moment = momentIn(raw);
    if (moment !== undefined) return moment;
    const detail = message`${field} must be a moment such as 2027-01-31T12:00:00Z, from 1970 to 9998.`;
    throw new DomainError('license.invalid', detail);
  },
};

const momentIn = (raw: string | undefined): Instant | undefined => {
  const moment = Instant.unformat(raw ?? '');
  return Instant.isValid(moment) && moment >= MIN_INSTANT && moment <= MAX_INSTANT ? moment : undefined;
};

/** An end in the past is allowed: it says that the license is over. An end before a given beginning is a mistake. */
const parseEnd = (raw: string, startsAt: Instant | undefined): Instant => {
  const end = LicenseTerms.parseMoment('expiresAt', raw);
  if (startsAt !== undefined) assertEndsAfter(startsAt, end);
  return end;
};

const assertOneEnd = ({ expiresAt, days }: LicenseTermsInput): undefined => {
  if (days === undefined || expiresAt === undefined || expiresAt === null) return undefined;
  throw new DomainError('license.invalid', message`Say either ${'expiresAt'} or ${'days'}.`);
};

/** @throws {DomainError} license.invalid */
export const assertEndsAfter = (startsAt: Instant, expiresAt: Instant | null): void => {
  if (expiresAt !== null && expiresAt <= startsAt) {
    throw new DomainError('license.invalid', message`${'expiresAt'} must be after ${'startsAt'}.`);
  }
};
