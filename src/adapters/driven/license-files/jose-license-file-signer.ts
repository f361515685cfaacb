import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { LicenseFileClaims } from '../../../domain/license/license-file.ts';
import type { SigningKey } from '../../../domain/license/signing-key.ts';
import type { Secret } from '../../../domain/shared/secret.ts';
import type { LicenseFileSigner } from '../../../ports/license-file-signer.ts';
import { PortError } from '../../../ports/port-error.ts';
import { KeySeal } from './key-seal.ts';

/**
 * JWT type of a license file (RFC 8725, 3.11), so that no other JWT signed with these keys can be taken for one.
 */
export const LICENSE_FILE_TYPE = 'license+jwt';

/** Ed25519 keys by node:crypto, JWTs by jose, which is loaded at first use. */
export class JoseLicenseFileSigner implements LicenseFileSigner {
  readonly #secret: () => Secret | undefined;
  #seal: KeySeal | undefined;

  /** @param secret encrypts private keys; `undefined`: not configured */
  constructor(secret: () => Secret | undefined) {
    this.#secret = secret;
  }

  async makeKey(): Promise<Pick<SigningKey, 'kid' | 'publicKey' | 'sealedPrivateKey'>> {
    const seal = this.#openSeal();
    const { calculateJwkThumbprint } = await import('jose');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey.export({ format: 'jwk' }).x as string } as const;
    const kid = await calculateJwkThumbprint(jwk);
    const der = privateKey.export({ format: 'der', type: 'pkcs8' });
    return { kid, publicKey: jwk, sealedPrivateKey: seal.seal(kid, der) };
  }

  async sign(claims: LicenseFileClaims, key: SigningKey): Promise<string> {
    const privateKey = this.#unseal(key);
    const { SignJWT } = await import('jose');
    const header = { alg: 'EdDSA', typ: LICENSE_FILE_TYPE, kid: key.kid };
    return new SignJWT({ ...claims, entitlements: [...claims.entitlements] })
      .setProtectedHeader(header)
      .sign(privateKey);
  }

  #unseal({ kid, sealedPrivateKey }: SigningKey): KeyObject {
    try {
      const der = this.#openSeal().unseal(kid, sealedPrivateKey ?? '');
      return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    } catch (cause) {
      if (cause instanceof PortError) throw cause;
      const message = `The signing key ${kid} cannot be decrypted: it was made with another LICENSE_KEY_SECRET. Restore that secret, or rotate the keys.`;
      throw new PortError('license-file.unavailable', message, { cause });
    }
  }

  #openSeal(): KeySeal {
    if (this.#seal !== undefined) return this.#seal;
    const secret = this.#secret();
    if (secret === undefined) throw new PortError('license-file.unavailable', 'LICENSE_KEY_SECRET is not set');
    this.#seal = new KeySeal(secret);
    return this.#seal;
  }
}
