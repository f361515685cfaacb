import type { Static } from 'typebox';
import type { LicenseChangeInput } from '../../../../../domain/license/license-terms.ts';
import type { RenewalInput } from '../../../../../domain/license/renewal.ts';
import type { LicenseChange, Renewal } from './schemas.ts';

/** Of a change, or of a new license, which has the same fields. */
export const termsFrom = (body: Static<typeof LicenseChange>): LicenseChangeInput => {
  const { starts_at: startsAt, expires_at: expiresAt, grace_days: graceDays, ...rest } = body;
  const { max_activations: maxActivations, ...others } = rest;
  return { ...others, startsAt, expiresAt, graceDays, maxActivations };
};

export const renewalFrom = ({ expires_at: expiresAt, days }: Static<typeof Renewal>): RenewalInput => ({
  expiresAt,
  days,
});
