import type { Instant } from '../domain/shared/instant.ts';
import type { CanonicalEmail, Email } from '../domain/user/email.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** What may be shown of a user. No secret, hashed or not, has a place in it. */
export type UserView = Readonly<{
  id: UserId;
  email: Email;
  name: string | null;
  age: number | null;
  createdAt: Instant;
}>;

/** Lists of users, ready to show. */
export interface UserQueries {
  /** At most `limit` users in the order they came, those after `after`. */
  list(query: { after?: UserId; limit: number; email?: CanonicalEmail }): Promise<readonly UserView[]>;
}
