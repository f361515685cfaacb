import type { Secret } from '../domain/shared/secret.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';

/** Hashes a token for storage. Fast, because tokens are long and random; never for passwords. */
export interface TokenHasher {
  /** Deterministic across instances. */
  hash(token: Secret): TokenHash;
}
