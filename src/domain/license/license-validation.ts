import type { Instant } from '../shared/instant.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { type LicenseTerm, phaseAt } from './license-status.ts';

/** All validation codes with their details for people. Public, in order of precedence: the first that applies wins. */
export const VALIDATION_DETAILS = {
  MALFORMED_KEY: 'This is no license key: a character is wrong or missing.',
  NOT_FOUND: 'There is no license with this key.',
  REVOKED: 'The license was revoked.',
  BANNED: 'The owner of the license is banned.',
  SUSPENDED: 'The license is suspended.',
  PRODUCT_MISMATCH: 'The license is for another product.',
  NOT_YET_EFFECTIVE: 'The license has not begun yet.',
  EXPIRED: 'The license has expired.',
  ENTITLEMENT_MISSING: 'The license does not include all requested entitlements.',
  FINGERPRINT_REQUIRED: 'The license limits machines: the fingerprint of this machine is required.',
  NOT_ACTIVATED: 'The license is not activated on this machine.',
  TOO_MANY_ACTIVATIONS: 'The license is activated on more machines than it allows.',
  IN_GRACE: 'The license has expired and is in its grace period: renew it.',
  VALID: 'The license is valid.',
} as const;

export type ValidationCode = keyof typeof VALIDATION_DETAILS;

/** The software may run: in its term, and in the grace period, which bridges a late renewal. */
export const isValid = (code: ValidationCode): boolean => code === 'VALID' || code === 'IN_GRACE';

/** The facts about a license that validation needs. */
export type LicenseFacts = LicenseTerm &
  Pick<LicenseSnapshot, 'status' | 'ownerBanned' | 'product' | 'maxActivations' | 'activations'> &
  Readonly<{ entitlements: readonly string[] }>;

/** Requirements of an application on the license. `undefined`: not required. */
export type ValidationRequirements = Readonly<{
  product?: string | undefined;
  entitlements?: readonly string[] | undefined;
  fingerprint?: string | undefined;
}>;

/** The look-up result: a typing error, no license, or a license and whether the given fingerprint is activated on it. */
export type ValidationSubject =
  | 'malformed'
  | 'unknown'
  | Readonly<{
      license: LicenseFacts;
      isActivated: boolean;
    }>;

/** Evaluates whether the software may run. Never throws. The precedence of the codes is defined here alone. */
export const validate = (
  subject: ValidationSubject,
  requirements: ValidationRequirements,
  at: Instant,
): ValidationCode => {
  if (subject === 'malformed') return 'MALFORMED_KEY';
  if (subject === 'unknown') return 'NOT_FOUND';
  const { license, isActivated } = subject;
  const phase = phaseAt(license, at);
  if (license.status === 'revoked') return 'REVOKED';
  if (license.ownerBanned) return 'BANNED';
  if (license.status === 'suspended') return 'SUSPENDED';
  if (requirements.product !== undefined && requirements.product !== license.product) return 'PRODUCT_MISMATCH';
  if (phase === 'scheduled') return 'NOT_YET_EFFECTIVE';
  if (phase === 'expired') return 'EXPIRED';
  if (!hasAll(license.entitlements, requirements.entitlements)) return 'ENTITLEMENT_MISSING';
  if (license.maxActivations !== null && requirements.fingerprint === undefined) return 'FINGERPRINT_REQUIRED';
  if (requirements.fingerprint !== undefined && !isActivated) return 'NOT_ACTIVATED';
  if (hasTooManyActivations(license)) return 'TOO_MANY_ACTIVATIONS';
  return phase === 'in_grace' ? 'IN_GRACE' : 'VALID';
};

const hasAll = (held: readonly string[], wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || wanted.every((code) => held.includes(code));

/** After the limit was lowered: no machine is valid until enough seats are free. */
export const hasTooManyActivations = ({
  activations,
  maxActivations,
}: Pick<LicenseSnapshot, 'activations' | 'maxActivations'>): boolean =>
  maxActivations !== null && activations > maxActivations;
