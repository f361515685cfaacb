import type { JSONWebKeySet } from 'jose';
import type { LicenseFileClaims } from '../../../domain/license/license-file.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { LicenseFileReader } from '../../../ports/license-file-reader.ts';
import { LICENSE_FILE_TYPE } from './jose-license-file-signer.ts';

/** Accepts EdDSA only, and keys of the JWKS only: keys and links in the file are ignored. */
export class JoseLicenseFileReader implements LicenseFileReader {
  async read(file: string, keys: unknown): Promise<LicenseFileClaims> {
    const { compactVerify, createLocalJWKSet } = await import('jose');
    let verified: Awaited<ReturnType<typeof compactVerify>>;
    try {
      verified = await compactVerify(file, createLocalJWKSet(keys as JSONWebKeySet), { algorithms: ['EdDSA'] });
    } catch (cause) {
      throw new DomainError('license-file.refused', 'The license file is not signed with one of these keys.', {
        cause,
      });
    }
    const { protectedHeader, payload } = verified;
    const claims = parsed(payload);
    if (protectedHeader.typ !== LICENSE_FILE_TYPE || protectedHeader.kid === undefined || !isClaims(claims)) {
      throw new DomainError('license-file.refused', 'The file is signed, but it is not a license file.');
    }
    return claims;
  }
}

const parsed = (payload: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
};

const CHECKS: Readonly<Record<keyof LicenseFileClaims, (value: unknown) => boolean>> = {
  iss: (value) => typeof value === 'string',
  sub: (value) => typeof value === 'string',
  aud: (value) => typeof value === 'string',
  iat: Number.isInteger,
  nbf: Number.isInteger,
  exp: Number.isInteger,
  user_id: (value) => typeof value === 'string',
  product: (value) => value === null || typeof value === 'string',
  fingerprint: (value) => value === null || typeof value === 'string',
  entitlements: (value) => Array.isArray(value) && value.every((code) => typeof code === 'string'),
  license_expires_at: (value) => value === null || typeof value === 'string',
};

const isClaims = (value: unknown): value is LicenseFileClaims =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(CHECKS).every(([name, isValid]) => isValid((value as Record<string, unknown>)[name]));
