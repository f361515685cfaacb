import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { LicenseSnapshot } from './license-snapshot.ts';
import { VALIDATION_DETAILS, type ValidationCode, validate } from './license-validation.ts';

/**
 * What a license file says, as the claims of a JWT. Moments are Unix seconds, but for `license_expires_at`, which is
 * for people. `aud` is the product, so that a file for one product opens no other; without a product it is the issuer.
 */
export type LicenseFileClaims = Readonly<{
  iss: string;
  sub: string;
  aud: string;
  iat: number;
  nbf: number;
  exp: number;
  user_id: string;
  product: string | null;
  fingerprint: string | null;
  entitlements: readonly string[];
  license_expires_at: string | null;
}>;

export type LicenseFileOptions = Readonly<{ fingerprint?: string | undefined; ttlMs: number }>;

/**
 * The file that lets a machine go on without us. Only for what is valid now, and never for longer than the license
 * itself: in grace there is none.
 * @throws {DomainError} license.state | license.not-activated | license.activation-limit | license.invalid
 */
export const licenseFileClaims = (
  { license, isActivated }: { license: Omit<LicenseSnapshot, 'version'>; isActivated: boolean },
  { fingerprint, ttlMs }: LicenseFileOptions,
  { issuer, at }: { issuer: string; at: Instant },
): LicenseFileClaims => {
  const code = validate({ license, isActivated }, { fingerprint }, at);
  if (code !== 'VALID') throw refusal(code);
  const { id, userId, product, entitlements, expiresAt } = license;
  const begin = seconds(at);
  const end = begin + Math.floor(ttlMs / 1000);
  return {
    iss: issuer,
    sub: id,
    aud: product ?? issuer,
    iat: begin,
    nbf: begin,
    exp: expiresAt === null ? end : Math.min(end, seconds(expiresAt)),
    user_id: userId,
    product,
    fingerprint: fingerprint ?? null,
    entitlements,
    license_expires_at: expiresAt === null ? null : `${expiresAt.slice(0, 19)}Z`,
  };
};

const refusal = (code: ValidationCode): DomainError => {
  const sentence = VALIDATION_DETAILS[code];
  if (code === 'FINGERPRINT_REQUIRED') return new DomainError('license.invalid', sentence);
  if (code === 'NOT_ACTIVATED') return new DomainError('license.not-activated', sentence);
  if (code === 'TOO_MANY_ACTIVATIONS') return new DomainError('license.activation-limit', sentence);
  return new DomainError('license.state', sentence);
};

const seconds = (at: Instant): number => Math.floor(Instant.epochMs(at) / 1000);

/**
 * Does a file whose signature was found good let this machine run this product now? Half-open: from `nbf`, before `exp`.
 * @throws {DomainError} license-file.refused, with a sentence for each reason
 */
export const assertLicenseFileValid = (
  claims: LicenseFileClaims,
  { fingerprint, product }: Readonly<{ fingerprint?: string | undefined; product?: string | undefined }>,
  at: Instant,
): void => {
  const now = Instant.epochMs(at) / 1000;
  const reasons = [
    ...(now < claims.nbf ? ['The license file is not good yet.'] : []),
    ...(now >= claims.exp ? ['The license file has expired.'] : []),
    ...(claims.fingerprint !== null && fingerprint !== undefined && claims.fingerprint !== fingerprint
      ? ['The license file is for another machine.']
      : []),
    ...(claims.fingerprint === null && fingerprint !== undefined
      ? ['The license file is for no machine in particular.']
      : []),
    ...(product !== undefined && (claims.product !== product || claims.aud !== product)
      ? ['The license file is for another product.']
      : []),
  ];
  if (reasons.length > 0) throw new DomainError('license-file.refused', reasons);
};
