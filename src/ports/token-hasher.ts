import type { Secret } from '../domain/shared/secret.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';

/** Turns a token into what may be stored. Fast, because tokens cannot be guessed; never for passwords. */
export interface TokenHasher {
  /** The same token gives the same hash, on every instance. */
  hash(token: Secret): TokenHash;
}
