import type { Static } from 'typebox';
import type { LicenseChangeInput, LicenseTermsInput } from '../../../../../domain/license/license-terms.ts';
import type { RenewalInput } from '../../../../../domain/license/renewal.ts';
import type { LicenseChange, NewLicense, Renewal } from './schemas.ts';

export const changeFrom = (body: Static<typeof LicenseChange>): LicenseChangeInput => {
  const { expires_at: expiresAt, grace_days: graceDays, max_activations: maxActivations, ...rest } = body;
  return { ...rest, expiresAt, graceDays, maxActivations };
};

export const termsFrom = ({ product, starts_at: startsAt, ...rest }: Static<typeof NewLicense>): LicenseTermsInput => ({
  ...changeFrom(rest),
  product,
  startsAt,
});

export const renewalFrom = ({ expires_at: expiresAt, days }: Static<typeof Renewal>): RenewalInput => ({
  expiresAt,
  days,
});
