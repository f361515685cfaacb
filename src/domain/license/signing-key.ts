import { Instant } from '../shared/instant.ts';

/** The public half in JWK form (RFC 8037). */
export type PublicKey = Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string }>;

/**
 * A key that signs license files. One key is current. A rotation replaces it; its public half stays published for as
 * long as a file signed with it can be valid.
 */
export type SigningKey = Readonly<{
  /** Identifies the key in files and in the JWKS. Never reused. */
  kid: string;
  publicKey: PublicKey;
  /** The encrypted private half; `null` once the key is retired. */
  sealedPrivateKey: string | null;
  createdAt: Instant;
  /** The longest lifetime of a file signed with the key. Unit: milliseconds. */
  maxTtlMs: number;
  /** End of the publication of the public half; `null`: the key is current. */
  publishedUntil: Instant | null;
}>;

/** Covers files that are being signed during the rotation, and clocks that differ. */
const SIGNING_MARGIN_MS = 3_600_000;

/** The key after the rotation at `at`. */
export const retire = (key: SigningKey, at: Instant): SigningKey => ({
  ...key,
  sealedPrivateKey: null,
  publishedUntil: Instant.plusMs(at, key.maxTtlMs + SIGNING_MARGIN_MS),
});
