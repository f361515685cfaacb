import type { Caller } from '../../domain/access/caller.ts';
import { Email } from '../../domain/user/email.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { UserQueries, UserView } from '../../ports/user-queries.ts';

export type UserPage = Readonly<{
  users: readonly UserView[];
  /** Ask for those after this one; `undefined` on the last page. */
  next: UserId | undefined;
}>;

/** Everybody with an account, in the order they came. */
export class ListUsers {
  readonly #deps: { userDirectory: UserQueries };

  constructor(deps: { userDirectory: UserQueries }) {
    this.#deps = deps;
  }

  /** @param wish.limit 1 to 100 */
  async execute(
    wish: Readonly<{ caller: Caller; limit: number; after?: string | undefined; email?: string | undefined }>,
  ): Promise<UserPage> {
    wish.caller.mustAdminister();
    const found = await this.#deps.userDirectory.list({
      limit: wish.limit + 1,
      ...(wish.after === undefined ? {} : { after: UserId.parse(wish.after) }),
      ...(wish.email === undefined ? {} : { email: Email.canonicalOfAny(wish.email) }),
    });
    const users = found.slice(0, wish.limit);
    return { users, next: found.length > wish.limit ? users.at(-1)?.id : undefined };
  }
}
