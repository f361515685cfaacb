import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '../../../domain/shared/secret.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key for AES-256-GCM, derived from a secret with HKDF-SHA-256. */
export class DerivedKey {
  readonly #key: Uint8Array;

  /** @param label the purpose of the key: other labels give independent keys */
  constructor(secret: Secret, label: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret.reveal(), '', label, KEY_BYTES));
  }

  /** The first 8 hex digits of the SHA-256 of the key. */
  get id(): string {
    return hash('sha256', this.#key, 'hex').slice(0, 8);
  }

  /**
   * @param boundTo associated data: text that is needed again for decryption
   * @returns nonce, ciphertext and tag as base64url
   */
  encrypt(plain: Uint8Array, boundTo: string): string {
    // 96 random bits: with some thousand encryptions under one key a collision is out of reach.
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(boundTo));
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** @throws {Error} the secret, the label, the associated data or any bit differs */
  decrypt(text: string, boundTo: string): Buffer {
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new Error('Not an encrypted text');
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(CIPHER, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(boundTo)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }
}
