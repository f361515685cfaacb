import { Instant } from '../shared/instant.ts';

/** The public half in JWK form (RFC 8037). */
export type PublicKey = Readonly<{ kty: 'OKP'; crv: 'Ed25519'; x: string }>;

/**
 * A key that signs license files. One key is current. A rotation publishes a pending key, which replaces the current one
 * once every cached JWKS contains it. The public half of the old key stays published for as long as a file signed with it
 * can be valid.
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
  /** Published, and not yet used to sign. */
  isPending: boolean;
  /** End of the publication of the public half; `null`: the key is current or pending. */
  publishedUntil: Instant | null;
}>;

/** The keys that are not retired. */
export type ActiveKeys = Readonly<{ current: SigningKey | undefined; pending: SigningKey | undefined }>;

/** Time from publication to first use. A JWKS may be cached for five minutes; one more for clocks that differ. */
const PUBLICATION_LEAD_MS = 360_000;

/** When a pending key becomes current. */
export const signsFrom = ({ createdAt }: SigningKey): Instant => Instant.plusMs(createdAt, PUBLICATION_LEAD_MS);

/** @returns the keys to replace, in that order, where the pending key is due to become current; otherwise none */
export const promotionAt = ({ current, pending }: ActiveKeys, at: Instant): readonly SigningKey[] => {
  if (pending === undefined || at < signsFrom(pending)) return [];
  return [...(current === undefined ? [] : [retire(current, at)]), { ...pending, isPending: false }];
};

/** Covers files that are being signed during the rotation, and clocks that differ. */
const SIGNING_MARGIN_MS = 3_600_000;

/** The key after it was replaced at `at`. */
export const retire = (key: SigningKey, at: Instant): SigningKey => ({
  ...key,
  sealedPrivateKey: null,
  publishedUntil: Instant.plusMs(at, key.maxTtlMs + SIGNING_MARGIN_MS),
});
