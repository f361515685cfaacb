import type { JSONWebKeySet } from 'jose';
import type { LicenseFileClaims } from '../../../domain/license/license-file.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { LicenseFileReader, SignedLicenseFile } from '../../../ports/license-file-reader.ts';
import { LICENSE_FILE_TYPE, type LicenseFilePayload } from './jose-license-file-signer.ts';

/** Accepts EdDSA only, and keys of the JWKS only: keys and links in the file are ignored. */
export class JoseLicenseFileReader implements LicenseFileReader {
  async read(file: string, keys: unknown): Promise<SignedLicenseFile> {
    const { compactVerify, createLocalJWKSet } = await import('jose');
    let verified: Awaited<ReturnType<typeof compactVerify>>;
    try {
      verified = await compactVerify(file, createLocalJWKSet(keys as JSONWebKeySet), { algorithms: ['EdDSA'] });
    } catch (cause) {
      const message = 'The license file is not signed with one of these keys.';
      throw new DomainError('license-file.refused', message, { cause });
    }
    const { protectedHeader, payload } = verified;
    const content = parsed(payload);
    if (protectedHeader.typ !== LICENSE_FILE_TYPE || protectedHeader.kid === undefined || !isPayload(content)) {
      throw new DomainError('license-file.refused', 'The file is signed, but it is not a license file.');
    }
    return { claims: claimsOf(content), payload: content };
  }
}

const parsed = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};

/** The last second of the year 9999. */
const MAX_SECONDS = 253_402_300_799;

const isSeconds = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_SECONDS;

const CHECKS: Readonly<Record<keyof LicenseFilePayload, (value: unknown) => boolean>> = {
  iss: (value) => typeof value === 'string',
  sub: (value) => typeof value === 'string',
  aud: (value) => typeof value === 'string',
  iat: isSeconds,
  nbf: isSeconds,
  exp: isSeconds,
  user_id: (value) => typeof value === 'string',
  product: (value) => value === null || typeof value === 'string',
  fingerprint: (value) => value === null || typeof value === 'string',
  entitlements: (value) => Array.isArray(value) && value.every((code) => typeof code === 'string'),
  license_expires_at: (value) =>
    value === null || (typeof value === 'string' && Instant.isValid(Instant.unformat(value))),
};

const isPayload = (value: unknown): value is LicenseFilePayload =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(CHECKS).every(([name, isValid]) => isValid((value as Record<string, unknown>)[name]));

const claimsOf = ({ license_expires_at: end, ...payload }: LicenseFilePayload): LicenseFileClaims => ({
  issuer: payload.iss,
  licenseId: payload.sub,
  audience: payload.aud,
  issuedAt: Instant.fromEpochMs(payload.iat * 1000),
  validFrom: Instant.fromEpochMs(payload.nbf * 1000),
  validUntil: Instant.fromEpochMs(payload.exp * 1000),
  userId: payload.user_id,
  product: payload.product,
  fingerprint: payload.fingerprint,
  entitlements: payload.entitlements,
  licenseExpiresAt: end === null ? null : Instant.parse(Instant.unformat(end)),
});
