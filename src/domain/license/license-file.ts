import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { VALIDATION_DETAILS, type ValidationCode, validate } from './license-validation.ts';

/**
 * The claims of a license file. Its times are whole seconds.
 * @property audience the product, so that a file for one product does not serve another; without a product the issuer
 */
export type LicenseFileClaims = Readonly<{
  issuer: string;
  licenseId: string;
  audience: string;
  issuedAt: Instant;
  validFrom: Instant;
  validUntil: Instant;
  userId: string;
  product: string | null;
  fingerprint: string | null;
  entitlements: readonly string[];
  licenseExpiresAt: Instant | null;
}>;

/** A file is valid from this time before its issue on, for machines whose clock is behind. */
const BACKDATE_MS = 60_000;

/** @property ttlMs lifetime of the file in milliseconds */
export type LicenseFileOptions = Readonly<{ fingerprint?: string | undefined; ttlMs: number }>;

/**
 * The claims of a file that lets a machine run without asking the server. Issued only for a valid license, not in its
 * grace period, and never beyond the license's end.
 * @throws {DomainError} license.state | license.not-activated | license.activation-limit | license.invalid
 */
export const licenseFileClaims = (
  { license, isActivated }: { license: Omit<LicenseSnapshot, 'version'>; isActivated: boolean },
  { fingerprint, ttlMs }: LicenseFileOptions,
  { issuer, at }: { issuer: string; at: Instant },
): LicenseFileClaims => {
  const code = validate({ license, isActivated }, { fingerprint }, at);
  if (code !== 'VALID') throw denied(code);
  const { id, userId, product, entitlements, expiresAt } = license;
  const issuedAt = Instant.wholeSecond(at);
  const end = Instant.plusMs(issuedAt, ttlMs);
  return {
    issuer,
    licenseId: id,
    audience: product ?? issuer,
    issuedAt,
    validFrom: Instant.plusMs(issuedAt, -BACKDATE_MS),
    validUntil: Instant.wholeSecond(expiresAt !== null && expiresAt < end ? expiresAt : end),
    userId,
    product,
    fingerprint: fingerprint ?? null,
    entitlements,
    licenseExpiresAt: expiresAt,
  };
};

const denied = (code: ValidationCode): DomainError => {
  const detail = VALIDATION_DETAILS[code];
  if (code === 'FINGERPRINT_REQUIRED') return new DomainError('license.invalid', detail);
  if (code === 'NOT_ACTIVATED') return new DomainError('license.not-activated', detail);
  if (code === 'TOO_MANY_ACTIVATIONS') return new DomainError('license.activation-limit', detail);
  return new DomainError('license.state', detail);
};

/**
 * Checks the claims of a file whose signature is valid. Half-open: valid from `validFrom`, before `validUntil`.
 * @param requirements.leewayMs tolerance for a clock that differs, on both sides
 * @throws {DomainError} license-file.refused, with all reasons
 */
export const assertLicenseFileValid = (
  claims: LicenseFileClaims,
  requirements: Readonly<{
    fingerprint?: string | undefined;
    product?: string | undefined;
    leewayMs?: number | undefined;
  }>,
  at: Instant,
): void => {
  const { fingerprint, product, leewayMs = 0 } = requirements;
  const now = Instant.epochMs(at);
  const isForAnotherMachine =
    claims.fingerprint !== null && fingerprint !== undefined && claims.fingerprint !== fingerprint;
  const isForNoMachine = claims.fingerprint === null && fingerprint !== undefined;
  const isForAnotherProduct = product !== undefined && (claims.product !== product || claims.audience !== product);
  const reasons: string[] = [];
  if (now + leewayMs < Instant.epochMs(claims.validFrom)) reasons.push('The license file is not good yet.');
  if (now - leewayMs >= Instant.epochMs(claims.validUntil)) reasons.push('The license file has expired.');
  if (isForAnotherMachine) reasons.push('The license file is for another machine.');
  if (isForNoMachine) reasons.push('The license file is for no machine in particular.');
  if (isForAnotherProduct) reasons.push('The license file is for another product.');
  if (reasons.length > 0) throw new DomainError('license-file.refused', reasons);
};
