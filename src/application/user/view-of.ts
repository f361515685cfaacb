import type { User } from '../../domain/user/user.ts';
import type { UserView } from '../../ports/user-queries.ts';

/** What may be shown of `user`: each field named, so that a new secret stays out until somebody names it too. */
export const userView = (user: User): UserView => {
  const { id, email, name, age, createdAt } = user.toSnapshot();
  return { id, email, name, age, createdAt };
};
