import type { Caller } from '../../domain/access/caller.ts';
import { collectErrors } from '../../domain/shared/collect-errors.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Age } from '../../domain/user/age.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.ts';
import type { UserView } from '../../ports/user-queries.ts';
import type { UserRepository } from '../../ports/user-repository.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { loginAttempts } from './login-limits.ts';
import { userView } from './view-of.ts';

export type UpdateUserCommand = Readonly<{
  caller: Caller;
  userId: string;
  change: Readonly<{
    email?: string | undefined;
    name?: string | null | undefined;
    age?: number | undefined;
    password?: Secret | undefined;
  }>;
  /** Needed to change one's own address or password. */
  currentPassword?: Secret | undefined;
  client: Client;
}>;

type Deps = {
  users: Pick<UserRepository, 'get'>;
  unitOfWork: UnitOfWork;
  passwordHasher: PasswordHasher;
  passwordPolicy: PasswordPolicy;
  throttle: Throttle;
  idGenerator: IdGenerator;
  clock: Clock;
  securityLog: SecurityLog;
  minimumAge: number;
};

/** The parts of a change that were asked for, each sound. */
type Change = { email?: Email; name?: UserName | null; age?: Age; passwordHash?: PasswordHash };

/**
 * Corrects a record. Changing how one logs in takes the current password, voids a waiting reset and is told by mail; a
 * new password signs all other devices out.
 */
export class UpdateUser {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async execute({ caller, userId, change, currentPassword, client }: UpdateUserCommand): Promise<UserView> {
    const id = UserId.parse(userId);
    caller.requireSelfOrAdministrator(id);
    const before = await this.#deps.users.get(id);
    const at = this.#deps.clock.now();
    const { password, ...parsed } = this.#parse(change, before);
    if (password !== undefined && caller.userId !== id) {
      throw new DomainError('access.forbidden', 'Nobody chooses a password for somebody else; start a reset instead.');
    }
    const mustProve = (password !== undefined || parsed.email !== undefined) && caller.needsCurrentPassword(id);
    if (mustProve) await this.#prove(before, currentPassword, at, client);
    const passwordHash = password === undefined ? {} : { passwordHash: await this.#deps.passwordHasher.hash(password) };

    const after = await this.#deps.unitOfWork.run(async (stores) => {
      // What the password was proved for is the record as it was then; if it has changed since, saving it is refused.
      const present = mustProve ? before : await stores.users.get(id);
      return this.#apply(stores, present, { ...parsed, ...passwordHash }, caller, at);
    });
    const { ip, requestId } = client;
    this.#deps.securityLog.record({ event: 'user_updated', userId: id, ip, requestId });
    if (password !== undefined) {
      this.#deps.securityLog.record({ event: 'authn_password_change', userId: id, ip, requestId });
    }
    return userView(after);
  }

  #parse(change: UpdateUserCommand['change'], before: User): Omit<Change, 'passwordHash'> & { password?: Secret } {
    const { passwordPolicy, minimumAge } = this.#deps;
    const { email, name, age, password } = change;
    const person = { email: email ?? before.email, name: name ?? before.name };
    return collectErrors('user.invalid', {
      ...(email === undefined ? {} : { email: () => Email.parse(email) }),
      ...(name === undefined ? {} : { name: () => (name === null ? null : UserName.parse(name)) }),
      ...(age === undefined ? {} : { age: () => Age.parse(age, minimumAge) }),
      ...(password === undefined ? {} : { password: () => passwordPolicy.accept(password, person) }),
    });
  }

  async #prove(user: User, currentPassword: Secret | undefined, at: Instant, client: Client): Promise<void> {
    const { throttle, passwordHasher, securityLog } = this.#deps;
    if (currentPassword === undefined) {
      throw new DomainError('password.wrong', 'current_password is needed to change the address or the password.');
    }
    const [attempt] = loginAttempts(Email.canonical(user.email), client);
    await throttle.assertAllowed([attempt], at, client);
    const isRight = await passwordHasher.verify(user.passwordHash, PasswordPolicy.normalize(currentPassword));
    await throttle.counting([attempt], at, client, async ({ attempts }) => {
      if (isRight) await attempts.refund([throttle.keyOf(attempt)]);
    });
    if (!isRight) {
      const { ip, requestId } = client;
      securityLog.record({ event: 'authn_password_change_fail', userId: user.id, ip, requestId });
      throw new DomainError('password.wrong', 'current_password is wrong.');
    }
  }

  async #apply(stores: Stores, before: User, change: Change, caller: Caller, at: Instant): Promise<User> {
    const { idGenerator } = this.#deps;
    const { id } = before;
    const after = changed(before, change);
    await stores.users.save(after);
    if (change.passwordHash !== undefined) {
      const except = caller.sessionId === undefined ? {} : { except: caller.sessionId };
      await stores.sessions.removeAllOf(id, except);
      await stores.outbox.add(idGenerator.next(), { kind: 'password-changed', to: after.email, at }, at);
    }
    if (change.email !== undefined && change.email !== before.email) {
      await stores.outbox.add(idGenerator.next(), { kind: 'email-changed', to: before.email, at }, at);
    }
    if (change.passwordHash !== undefined || change.email !== undefined) await stores.passwordResets.removeOf(id);
    return after;
  }
}

const changed = (user: User, { email, name, age, passwordHash }: Change): User => {
  let next = user;
  if (email !== undefined) next = next.changeEmail(email);
  if (name !== undefined) next = next.rename(name);
  if (age !== undefined) next = next.changeAge(age);
  if (passwordHash !== undefined) next = next.setPassword(passwordHash);
  return next;
};
