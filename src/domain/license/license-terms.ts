import { collectErrors } from '../shared/collect-errors.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import { addDays } from './days-after.ts';
import { Entitlement } from './entitlement.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { Metadata } from './metadata.ts';
import { Product } from './product.ts';

/** What a vendor and a customer agree on. */
export type LicenseTerms = Pick<
  LicenseSnapshot,
  'product' | 'startsAt' | 'expiresAt' | 'graceDays' | 'maxActivations' | 'entitlements' | 'metadata'
>;

/** The terms that may change later. */
export type LicenseChange = Partial<Omit<LicenseTerms, 'product' | 'startsAt'>>;

/** The same as somebody writes them; moments in RFC 3339, UTC, whole seconds. */
export type LicenseTermsInput = Readonly<{
  product?: string | null | undefined;
  starts_at?: string | undefined;
  expires_at?: string | null | undefined;
  /** Instead of `expires_at`: counted from the beginning. */
  days?: number | undefined;
  grace_days?: number | undefined;
  max_activations?: number | null | undefined;
  entitlements?: readonly string[] | undefined;
  metadata?: Metadata | undefined;
}>;

export type LicenseChangeInput = Omit<LicenseTermsInput, 'product' | 'starts_at' | 'days'>;

const MAX_GRACE_DAYS = 365;
const MAX_ACTIVATIONS = 1_000_000;
const MIN_INSTANT = Instant.parse('1970-01-01T00:00:00.000Z');
/** Text order is time order up to the year 9999, and grace comes after the end. */
const MAX_INSTANT = Instant.parse('9998-12-31T23:59:59.000Z');

export const LicenseTerms = {
  /**
   * With what holds where nothing was said: from now on, without an end, for any number of machines.
   * @throws {DomainError} license.invalid, all broken rules at once
   */
  parse(written: LicenseTermsInput, now: Instant): LicenseTerms {
    const { product = null, starts_at: startsAt, expires_at: expiresAt = null, grace_days: graceDays = 0 } = written;
    const { max_activations: maxActivations = null, entitlements = [], metadata = {} } = written;
    const terms = collectErrors<LicenseTerms>('license.invalid', {
      product: () => (product === null ? null : Product.parse(product)),
      startsAt: () => (startsAt === undefined ? Instant.wholeSecond(now) : LicenseTerms.moment('starts_at', startsAt)),
      ...parsers({ expiresAt, graceDays, maxActivations, entitlements, metadata }),
    });
    if (written.days !== undefined) {
      if (expiresAt !== null) throw new DomainError('license.invalid', 'Say either expires_at or days.');
      return { ...terms, expiresAt: addDays(terms.startsAt, written.days) };
    }
    // Only where both were written is it surely a mistake: an end in the past says that it is over.
    if (startsAt !== undefined && terms.expiresAt !== null && terms.expiresAt <= terms.startsAt) {
      throw new DomainError('license.invalid', 'expires_at must be after starts_at.');
    }
    return terms;
  },

  /** @throws {DomainError} license.invalid, all broken rules at once */
  parseChange(written: LicenseChangeInput): LicenseChange {
    const { expires_at, grace_days, max_activations, entitlements, metadata } = written;
    const all = {
      expiresAt: expires_at,
      graceDays: grace_days,
      maxActivations: max_activations,
      entitlements,
      metadata,
    };
    const wanted = Object.entries(parsers(all)).filter(([name]) => all[name as keyof typeof all] !== undefined);
    return collectErrors<Record<string, unknown>>('license.invalid', Object.fromEntries(wanted)) as LicenseChange;
  },

  /** @throws {DomainError} license.invalid */
  moment(field: string, written: string): Instant {
    try {
      const moment = Instant.parse(written.replace(/Z$/, '.000Z'));
      if (moment >= MIN_INSTANT && moment <= MAX_INSTANT) return moment;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
    throw new DomainError(
      'license.invalid',
      `${field} must be a moment such as 2027-01-31T12:00:00Z, from 1970 to 9998.`,
    );
  },
};

type Changeable = {
  expiresAt?: string | null | undefined;
  graceDays?: number | undefined;
  maxActivations?: number | null | undefined;
  entitlements?: readonly string[] | undefined;
  metadata?: Metadata | undefined;
};

const parsers = ({
  expiresAt = null,
  graceDays = 0,
  maxActivations = null,
  entitlements = [],
  metadata = {},
}: Changeable) => ({
  expiresAt: () => (expiresAt === null ? null : LicenseTerms.moment('expires_at', expiresAt)),
  graceDays: () => wholeNumber('grace_days', graceDays, 0, MAX_GRACE_DAYS),
  maxActivations: () =>
    maxActivations === null ? null : wholeNumber('max_activations', maxActivations, 1, MAX_ACTIVATIONS),
  entitlements: () => Entitlement.parseAll(entitlements),
  metadata: () => Metadata.parse(metadata),
});

const wholeNumber = (field: string, raw: number, from: number, to: number): number => {
  if (Number.isInteger(raw) && raw >= from && raw <= to) return raw;
  throw new DomainError('license.invalid', `${field} must be a whole number from ${from} to ${to}.`);
};
