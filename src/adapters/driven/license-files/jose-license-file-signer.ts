import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { LicenseFileClaims } from '../../../domain/license/license-file.ts';
import type { SigningKey } from '../../../domain/license/signing-key.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { LicenseFileSigner } from '../../../ports/license-file-signer.ts';
import { PortError } from '../../../ports/port-error.ts';

/**
 * JWT type of a license file (RFC 8725, 3.11), so that no other JWT signed with these keys can be taken for one.
 */
export const LICENSE_FILE_TYPE = 'license+jwt';

/** Purpose of the key that encrypts private keys. */
export const SIGNING_KEY_LABEL = 'guildhall signing keys at rest, 1';

/** Before an encrypted private key: the version of its form. */
const ENCRYPTED = 'v1.';

/** Encrypts private keys at rest. The key id is authenticated, so that keys cannot be exchanged. */
type Encryption = Readonly<{
  encrypt(plain: Uint8Array, kid: string): string;
  /** @throws {Error} it was encrypted with another secret, for another key id, or is damaged */
  decrypt(text: string, kid: string): Buffer;
}>;

/** Times are Unix seconds (RFC 7519), except `license_expires_at`, which is RFC 3339 for people. */
const payloadOf = ({ licenseExpiresAt: end, ...claims }: LicenseFileClaims) => ({
  iss: claims.issuer,
  sub: claims.licenseId,
  aud: claims.audience,
  iat: Instant.epochMs(claims.issuedAt) / 1000,
  nbf: Instant.epochMs(claims.validFrom) / 1000,
  exp: Instant.epochMs(claims.validUntil) / 1000,
  user_id: claims.userId,
  product: claims.product,
  fingerprint: claims.fingerprint,
  entitlements: [...claims.entitlements],
  license_expires_at: end && Instant.format(end),
});

export type LicenseFilePayload = ReturnType<typeof payloadOf>;

/** Ed25519 keys by node:crypto, JWTs by jose, which is loaded at first use. */
export class JoseLicenseFileSigner implements LicenseFileSigner {
  readonly #open: () => Encryption | undefined;
  #encryption: Encryption | undefined;

  /** @param open called at first use; `undefined`: no secret is configured to encrypt private keys with */
  constructor(open: () => Encryption | undefined) {
    this.#open = open;
  }

  async makeKey(): Promise<Pick<SigningKey, 'kid' | 'publicKey' | 'sealedPrivateKey'>> {
    const encryption = this.#openEncryption();
    const { calculateJwkThumbprint } = await import('jose');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.export({ format: 'jwk' }).x as string } as const;
    const kid = await calculateJwkThumbprint(jwk);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { kid, publicKey: jwk, sealedPrivateKey: `${ENCRYPTED}${encryption.encrypt(der, kid)}` };
  }

  async sign(claims: LicenseFileClaims, key: SigningKey): Promise<string> {
    const privateKey = this.#unseal(key);
    const { SignJWT } = await import('jose');
    const header = { alg: 'EdDSA', typ: LICENSE_FILE_TYPE, kid: key.kid };
    return new SignJWT(payloadOf(claims)).setProtectedHeader(header).sign(privateKey);
  }

  #unseal({ kid, sealedPrivateKey }: SigningKey): KeyObject {
    try {
      const text = sealedPrivateKey?.startsWith(ENCRYPTED) ? sealedPrivateKey.slice(ENCRYPTED.length) : '';
      const der = this.#openEncryption().decrypt(text, kid);
      return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    } catch (cause) {
      if (cause instanceof PortError) throw cause;
      const message = `The signing key ${kid} cannot be decrypted: it was made with another LICENSE_KEY_SECRET. Restore that secret, or rotate the keys.`;
      throw new PortError('license-file.unavailable', message, { cause });
    }
  }

  #openEncryption(): Encryption {
    this.#encryption ??= this.#open();
    if (this.#encryption !== undefined) return this.#encryption;
    throw new PortError('license-file.unavailable', 'LICENSE_KEY_SECRET is not set');
  }
}
