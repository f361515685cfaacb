import type { Email } from '../domain/user/email.ts';
import type { Session } from '../domain/user/session.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** Reads sessions outside a unit of work. Every adapter passes test/contracts/session-queries.contract.ts. */
export interface SessionQueries {
  /** One look-up, as it runs at every request. The session may be expired. `undefined`: unknown or ended. */
  findByToken(tokenHash: TokenHash): Promise<Readonly<{ session: Session; email: Email }> | undefined>;

  /** All sessions of the user in the order they began, expired ones too. */
  listOf(userId: UserId): Promise<readonly Session[]>;
}
