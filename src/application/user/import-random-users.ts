import type { Caller } from '../../domain/access/caller.ts';
import { generateTestPassword } from '../../domain/password/generate-password.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { ImportOptions } from '../../domain/user/import-order.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { RandomSource } from '../../ports/random-source.ts';
import type { RandomUser, RandomUserSource } from '../../ports/random-user-source.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { UserView } from '../../ports/user-queries.ts';
import type { UserRepository } from '../../ports/user-repository.ts';
import type { Client } from '../client.ts';
import { randomUserPages } from './random-user-pages.ts';
import { userView } from './view-of.ts';

export type ImportRandomUsersCommand = Readonly<{
  caller: Caller;
  count: number;
  /** How many may come at once by this door. */
  atMost: number;
  nationalities?: readonly string[];
  seed?: string | undefined;
  /** Give each a generated password. Without, nobody can log in as them until one is set by a reset. */
  withPasswords: boolean;
  client: Client;
}>;

/** One person has been dealt with. */
export type ImportStep =
  | Readonly<{ kind: 'stored'; user: UserView; password: Secret | undefined }>
  | Readonly<{ kind: 'skipped'; why: 'email-taken'; email: Email }>
  /** Our rules take no such name or address. */
  | Readonly<{ kind: 'skipped'; why: 'unusable' }>;

type Skipped = Extract<ImportStep, { kind: 'skipped' }>;
type Newcomer = Readonly<{ user: User; password: Secret | undefined }>;

type Deps = {
  randomUserSource: RandomUserSource;
  randomSource: RandomSource;
  users: Pick<UserRepository, 'findByEmail'>;
  unitOfWork: UnitOfWork;
  passwordHasher: PasswordHasher;
  /** As many as the hasher works on; more would only wait, and be lost where the import is cut short. */
  hashesAtOnce: number;
  idGenerator: IdGenerator;
  clock: Clock;
  securityLog: SecurityLog;
};

/** Fills the store with people who do not exist. They get no letters. */
export class ImportRandomUsers {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * A step for each person, told when they are stored: who stops listening stops the import, and keeps what it had.
   * @throws {DomainError} access.unauthenticated | access.forbidden | import.invalid
   * @throws {PortError} random-users.unavailable | random-users.nonsense
   */
  async *execute(command: ImportRandomUsersCommand): AsyncGenerator<ImportStep, void, void> {
    const { caller, count, atMost, nationalities = [], seed } = command;
    caller.requireAdministrator();
    const source = this.#deps.randomUserSource;
    const order = ImportOptions.parse({ count, atMost, nationalities, known: source.nationalities, seed });
    for await (const people of randomUserPages(order, source)) yield* this.#take(people, command);
  }

  async *#take(people: readonly RandomUser[], command: ImportRandomUsersCommand): AsyncGenerator<ImportStep> {
    const underWay: Promise<Newcomer | Skipped>[] = [];
    try {
      for (const person of people) {
        const preparation = this.#prepare(person, command);
        // Its failure is told when its turn comes; until then nobody listens.
        preparation.catch(() => {});
        underWay.push(preparation);
        if (underWay.length === this.#deps.hashesAtOnce) yield await this.#finishFirst(underWay, command);
      }
      while (underWay.length > 0) yield await this.#finishFirst(underWay, command);
    } finally {
      await Promise.allSettled(underWay);
    }
  }

  async #prepare({ name, email }: RandomUser, command: ImportRandomUsersCommand): Promise<Newcomer | Skipped> {
    const { users, randomSource, passwordHasher, idGenerator, clock } = this.#deps;
    const parsed = parseOrUndefined(name, email);
    if (parsed === undefined) return { kind: 'skipped', why: 'unusable' };
    // Before anything is waited for: people are listed by id, and should come in the order in which they were drawn.
    const id = UserId.parse(idGenerator.next());
    // Asked before the hash, which is the dear part: an import that goes on meets all it had.
    const isTaken = (await users.findByEmail(Email.canonical(parsed.email))) !== undefined;
    if (isTaken) return { kind: 'skipped', why: 'email-taken', email: parsed.email };
    const password = command.withPasswords ? generateTestPassword((end) => randomSource.below(end)) : undefined;
    const passwordHash = password === undefined ? null : await passwordHasher.hash(password);
    return { user: User.register({ id, ...parsed, age: null, passwordHash, at: clock.now() }), password };
  }

  async #finishFirst(
    underWay: Promise<Newcomer | Skipped>[],
    { client: { ip, requestId } }: ImportRandomUsersCommand,
  ): Promise<ImportStep> {
    const prepared = (await underWay.shift()) as Newcomer | Skipped;
    if ('kind' in prepared) return prepared;
    const { user, password } = prepared;
    try {
      await this.#deps.unitOfWork.run(({ users }) => users.save(user));
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'user.email-taken')) throw error;
      return { kind: 'skipped', why: 'email-taken', email: user.email };
    }
    this.#deps.securityLog.record({ event: 'user_created', userId: user.id, ip, requestId, detail: 'import' });
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
