import type { Role } from '../domain/access/scope.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { Email } from '../domain/user/email.ts';
import type { Session } from '../domain/user/session.ts';
import type { SessionId } from '../domain/user/session-id.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** Reads sessions outside a unit of work. */
export interface SessionQueries {
  /** One look-up with the user, as it runs at every request. The session may be expired. `undefined`: unknown or ended. */
  findByToken(
    tokenHash: TokenHash,
  ): Promise<
    | Readonly<{ session: Session; email: Email; role: Role | null; isSample: boolean; hasSecondFactor: boolean }>
    | undefined
  >;

  /**
   * At most `limit` sessions of the user in the order they began, after `after`: those that began after `begunAfter` and
   * were last seen after `seenAfter`, and after `staffSeenAfter` too if the user has a role.
   */
  list(query: {
    userId: UserId;
    limit: number;
    after?: SessionId | undefined;
    begunAfter: Instant;
    seenAfter: Instant;
    staffSeenAfter: Instant;
  }): Promise<readonly Session[]>;
}
