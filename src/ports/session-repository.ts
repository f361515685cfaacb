import type { Instant } from '../domain/shared/instant.ts';
import type { Session } from '../domain/user/session.ts';
import type { SessionId } from '../domain/user/session-id.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

export interface SessionRepository {
  add(session: Session): Promise<void>;

  /** Sets `lastSeenAt`, back only where a clock that was ahead has set it. Does nothing where the session has ended. */
  touch(id: SessionId, at: Instant): Promise<void>;

  /** Sets `elevatedUntil`. @throws {DomainError} session.not-found */
  elevate(id: SessionId, until: Instant): Promise<void>;

  /** `undefined`: unknown or ended. */
  find(id: SessionId): Promise<Session | undefined>;

  /** @returns the removed session; `undefined`: there is no such session */
  remove(which: { id: SessionId } | { tokenHash: TokenHash }): Promise<Session | undefined>;

  /**
   * Removes the oldest sessions of the user, so that at most `keep` remain.
   * @returns the number of removed sessions
   */
  removeOldestOf(userId: UserId, options: { keep: number }): Promise<number>;

  /** @returns the number of removed sessions */
  removeAllOf(userId: UserId, options?: { except?: SessionId | undefined }): Promise<number>;
}
