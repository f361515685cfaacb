import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../../../domain/shared/secret.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Says what the derived key is for; another purpose would take another text. */
const PURPOSE = 'guildhall signing keys at rest, 1';
const FORM = 'v1.';

/**
 * Keeps a private key unreadable at rest: AES-256-GCM under a key derived from a secret that is not in the store. What
 * was sealed for one key id cannot be opened for another.
 */
export class KeySeal {
  readonly #key: Uint8Array;

  constructor(secret: Secret) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret.reveal(), '', PURPOSE, 32));
  }

  seal(kid: string, plain: Uint8Array): string {
    // 96 random bits: with a key a rotation, no nonce will ever come twice.
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(kid));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return `${FORM}${Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64url')}`;
  }

  /** @throws where the secret, the key id or a single bit is another one */
  unseal(kid: string, sealed: string): Buffer {
    const bytes = Buffer.from(sealed.startsWith(FORM) ? sealed.slice(FORM.length) : '', 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('This was not sealed by us');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(kid));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }
}
