import type { ApiToken, ApiTokenId } from '../domain/access/api-token.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The last known use of a token. */
export type TokenUse = Readonly<{ id: ApiTokenId; at: Instant; ip: string }>;

/** API tokens that a unit of work changes. */
export interface ApiTokenRepository {
  /**
   * Reads the token and locks it against other writers until the unit of work ends.
   * @throws {DomainError} token.not-found
   */
  lock(id: ApiTokenId): Promise<ApiToken>;

  /**
   * Adds the token, or replaces the version that was read. Leaves the last use unchanged.
   * @throws {DomainError} token.stale: saved by another writer since, or removed
   * @throws {DomainError} user.not-found: there is no such owner
   */
  save(token: ApiToken): Promise<void>;

  /** Does nothing where there is no such token. */
  remove(id: ApiTokenId): Promise<void>;

  /**
   * The number of live tokens of an owner, or of all tokens without one. Until the end of the unit of work no other one
   * counts those of the same owner.
   */
  countLive(ownerId: UserId | null, at: Instant): Promise<number>;

  /** Sets the last use, unless it is later already. Leaves the versions unchanged. Skips unknown ids. */
  touchLastUsed(uses: readonly TokenUse[]): Promise<void>;
}
