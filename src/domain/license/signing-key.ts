import { Instant } from '../shared/instant.ts';

/** The public half, as JWKS shows it (RFC 8037). */
export type PublicKey = Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string }>;

/**
 * What license files are signed with. One key is current; a rotation makes another one current, and the old public half
 * is shown on for as long as a file signed with it can live.
 */
export type SigningKey = Readonly<{
  /** Names the key in files and in the JWKS, for ever. */
  kid: string;
  publicKey: PublicKey;
  /** The private half, encrypted; `null` once the key is retired: nobody needs it any more. */
  sealedPrivateKey: string | null;
  createdAt: Instant;
  /** The longest life that a file was given. Unit: ms. */
  maxTtlMs: number;
  /** Until when the public half is shown; `null`: it is current. */
  publishedUntil: Instant | null;
}>;

/** A file that is being signed while the key is retired may begin a moment later than we think. */
const SIGNING_MARGIN_MS = 3_600_000;

/** The key after the rotation at `at`. */
export const retire = (key: SigningKey, at: Instant): SigningKey => ({
  ...key,
  sealedPrivateKey: null,
  publishedUntil: Instant.plusMs(at, key.maxTtlMs + SIGNING_MARGIN_MS),
});
