import type { Email } from '../domain/user/email.ts';
import type { Session } from '../domain/user/session.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** Whose session it is. Asked at every request, so it is one look-up. */
export interface SessionQueries {
  /** Live or not: that is for the session to say. `undefined`: nobody was given this token, or it has ended. */
  findByToken(tokenHash: TokenHash): Promise<Readonly<{ session: Session; email: Email }> | undefined>;

  /** In the order they began. */
  listOf(userId: UserId): Promise<readonly Session[]>;
}
