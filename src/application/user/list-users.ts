import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { message } from '../../domain/shared/message.ts';
import { foldCase } from '../../domain/shared/unicode.ts';
import { Email } from '../../domain/user/email.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { SearchPosition, UserRecordView } from '../../ports/user-queries.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';

export type UsersById = ReadonlyMap<string, UserRecordView>;

/** All users in the order of creation, page by page. */
export class ListUsers extends UseCase<Pick<Ports, 'userQueries'>> {
  /**
   * @param query.limit 1 to 100
   * @throws {DomainError} access.unauthenticated | access.forbidden | id.malformed
   */
  async execute(
    query: Readonly<{ caller: Caller; limit: number; after?: string | undefined; email?: string | undefined }>,
  ): Promise<Page<UserRecordView, UserId>> {
    query.caller.require('users:read');
    const found = await this.deps.userQueries.list({
      limit: query.limit + 1,
      after: query.after === undefined ? undefined : UserId.parse(query.after),
      email: query.email === undefined ? undefined : Email.canonicalize(query.email),
    });
    return pageOf(found, query.limit, ({ id }) => id);
  }

  /** @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found */
  async byEmail({ caller, email }: Readonly<{ caller: Caller; email: string }>): Promise<UserRecordView> {
    const [user] = (await this.execute({ caller, email, limit: 1 })).items;
    if (user !== undefined) return user;
    throw new DomainError('user.not-found', message`${'email'} is that of no account. Create the account first.`);
  }

  /**
   * Accounts whose address begins with a text, and then those of whom only the name does, without regard to case.
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  async search(
    query: Readonly<{ caller: Caller; text: string; limit: number; after?: SearchPosition | undefined }>,
  ): Promise<Page<UserRecordView, SearchPosition>> {
    query.caller.require('users:read');
    const { text, limit, after } = query;
    const found = await this.deps.userQueries.search({
      email: Email.canonicalize(text),
      name: foldCase(text),
      after,
      limit: limit + 1,
    });
    const { items, next } = pageOf(found, limit, ({ by, key, user }) => ({ by, key, id: user.id }));
    return { items: items.map(({ user }) => user), next };
  }

  /**
   * The accounts with these ids, such as the owners of a page of licenses. Without those that are deleted.
   * @throws {DomainError} access.unauthenticated | access.forbidden | id.malformed
   */
  async ofIds({ caller, ids }: Readonly<{ caller: Caller; ids: readonly string[] }>): Promise<UsersById> {
    caller.require('users:read');
    const wanted = [...new Set(ids)].map((id) => UserId.parse(id));
    const found = wanted.length === 0 ? [] : await this.deps.userQueries.listByIds(wanted);
    return new Map(found.map((user) => [user.id, user]));
  }
}
