import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../../../domain/shared/secret.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Binds the derived key to its purpose. */
const PURPOSE = 'guildhall signing keys at rest, 1';
const PREFIX = 'v1.';

/**
 * Encrypts private keys at rest: AES-256-GCM with a key derived from a secret that is not in the store. The key id is
 * authenticated, so that keys cannot be exchanged.
 */
export class KeySeal {
  readonly #key: Uint8Array;

  constructor(secret: Secret) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret.reveal(), '', PURPOSE, 32));
  }

  seal(kid: string, plain: Uint8Array): string {
    // 96 random bits: with one encryption for each rotation a collision is out of reach.
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(kid));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return `${PREFIX}${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /** @throws {Error} the secret, the key id or any bit differs */
  unseal(kid: string, sealed: string): Buffer {
    const bytes = Buffer.from(sealed.startsWith(PREFIX) ? sealed.slice(PREFIX.length) : '', 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('Not a sealed key');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(kid));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }
}
