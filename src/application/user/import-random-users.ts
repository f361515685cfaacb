import type { Caller } from '../../domain/access/caller.ts';
import { userChanges } from '../../domain/audit/audited-fields.ts';
import { generateTestPassword } from '../../domain/password/generate-password.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { ImportOptions } from '../../domain/user/import-options.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Ports } from '../../ports/ports.ts';
import type { RandomUser } from '../../ports/random-user-source.ts';
import type { UserView } from '../../ports/user-queries.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import { randomUserPages } from './random-user-pages.ts';
import { userView } from './user-view.ts';

export type ImportRandomUsersCommand = Readonly<{
  caller: Caller;
  count: number;
  /** Maximum `count` for this client. */
  atMost: number;
  nationalities?: readonly string[];
  seed?: string | undefined;
  /** Generate a password for each user. Without one, login takes a reset first. */
  withPasswords: boolean;
  client: Client;
}>;

/** The result for one person. */
export type ImportStep =
  | Readonly<{ kind: 'stored'; user: UserView; password: Secret | undefined }>
  | Readonly<{ kind: 'skipped'; why: 'email-taken'; email: Email }>
  /** The name or the address breaks the rules. */
  | Readonly<{ kind: 'skipped'; why: 'unusable' }>;

type Skipped = Extract<ImportStep, { kind: 'skipped' }>;
type Prepared = Readonly<{ user: User; password: Secret | undefined }>;

type Deps = Pick<
  Ports,
  | 'randomUserSource'
  | 'randomSource'
  | 'users'
  | 'unitOfWork'
  | 'passwordHasher'
  | 'idGenerator'
  | 'clock'
  | 'securityLog'
> & {
  /** The concurrency of the hasher. More would only wait, and be lost when the import is interrupted. */
  hashesAtOnce: number;
};

/** Creates generated users. They receive no emails. */
export class ImportRandomUsers extends UseCase<Deps> {
  /**
   * Yields a step for each person when it is stored. Ending the iteration ends the import and keeps the stored users.
   * @throws {DomainError} access.unauthenticated | access.forbidden | import.invalid
   * @throws {PortError} random-users.unavailable | random-users.nonsense
   */
  async *execute(command: ImportRandomUsersCommand): AsyncGenerator<ImportStep, void, void> {
    const { caller, count, atMost, nationalities = [], seed } = command;
    caller.require('users:delete');
    const source = this.deps.randomUserSource;
    const order = ImportOptions.parse({ count, atMost, nationalities, known: source.nationalities, seed });
    for await (const people of randomUserPages(order, source)) yield* this.#import(people, command);
  }

  async *#import(people: readonly RandomUser[], command: ImportRandomUsersCommand): AsyncGenerator<ImportStep> {
    const pending: Promise<Prepared | Skipped>[] = [];
    try {
      for (const person of people) {
        const preparation = this.#prepare(person, command);
        // A failure is thrown when the result is awaited. Until then it must not count as unhandled.
        preparation.catch(() => {});
        pending.push(preparation);
        if (pending.length === this.deps.hashesAtOnce) yield await this.#finishFirst(pending, command);
      }
      while (pending.length > 0) yield await this.#finishFirst(pending, command);
    } finally {
      await Promise.allSettled(pending);
    }
  }

  async #prepare({ name, email }: RandomUser, command: ImportRandomUsersCommand): Promise<Prepared | Skipped> {
    const { users, randomSource, passwordHasher, idGenerator, clock } = this.deps;
    const parsed = parseOrUndefined(name, email);
    if (parsed === undefined) return { kind: 'skipped', why: 'unusable' };
    // Before the first await, so that ids follow the order of the source.
    const id = UserId.parse(idGenerator.next());
    // Before the costly hash: a repeated import meets all users it has created.
    const isTaken = (await users.findByEmail(Email.canonicalize(parsed.email))) !== undefined;
    if (isTaken) return { kind: 'skipped', why: 'email-taken', email: parsed.email };
    const password = command.withPasswords ? generateTestPassword((end) => randomSource.below(end)) : undefined;
    const passwordHash = password === undefined ? null : await passwordHasher.hash(password);
    return { user: User.register({ id, ...parsed, age: null, passwordHash, at: clock.now() }), password };
  }

  async #finishFirst(
    pending: Promise<Prepared | Skipped>[],
    { caller, client }: ImportRandomUsersCommand,
  ): Promise<ImportStep> {
    const prepared = (await pending.shift()) as Prepared | Skipped;
    if ('kind' in prepared) return prepared;
    const { user, password } = prepared;
    try {
      await this.deps.unitOfWork.run(async (stores) => {
        await stores.users.save(user);
        await recordAudit(this.deps, stores, {
          caller,
          client,
          action: 'user.imported',
          subject: { kind: 'user', id: user.id },
          changes: userChanges(undefined, user.toSnapshot()),
          at: this.deps.clock.now(),
        });
      });
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'user.email-taken')) throw error;
      return { kind: 'skipped', why: 'email-taken', email: user.email };
    }
    this.deps.securityLog.record({ event: 'user_created', userId: user.id, client, detail: 'import' });
    return { kind: 'stored', user: userView(user), password };
  }
}

const parseOrUndefined = (name: string, email: string): { name: UserName; email: Email } | undefined => {
  try {
    return { name: UserName.parse(name), email: Email.parse(email) };
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};
