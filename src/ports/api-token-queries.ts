import type { ApiToken, ApiTokenId, TokenOwner } from '../domain/access/api-token.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';

/** @property owner `null`: the token has none */
export type FoundApiToken = Readonly<{ token: ApiToken; owner: TokenOwner | null }>;

/** Reads API tokens outside a unit of work, each with its owner. */
export interface ApiTokenQueries {
  /**
   * One look-up, as it runs at every request with a token. The hash is that of the present secret or of the
   * one before; both may have expired. `undefined`: unknown.
   */
  findByHash(tokenHash: TokenHash): Promise<FoundApiToken | undefined>;

  /** @throws {DomainError} token.not-found */
  get(id: ApiTokenId): Promise<FoundApiToken>;

  /** All tokens, the newest first. */
  list(): Promise<readonly FoundApiToken[]>;
}
