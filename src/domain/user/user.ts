import type { Role } from '../access/scope.ts';
import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import { isUnchanged } from '../shared/unchanged.ts';
import type { Age } from './age.ts';
import type { Ban, BanReason } from './ban.ts';
import { Confirmation } from './confirmation.ts';
import { Email } from './email.ts';
import type { PasswordHash } from './password-hash.ts';
import type { UserId } from './user-id.ts';
import type { UserName } from './user-name.ts';

/** The stored state of a user. */
export type UserSnapshot = Readonly<{
  id: UserId;
  email: Email;
  name: UserName | null;
  age: Age | null;
  /** `null`: login is not possible until a reset sets a password. */
  passwordHash: PasswordHash | null;
  createdAt: Instant;
  /** `null`: not staff. */
  role: Role | null;
  /** Time at which the role was given; `null` without one. */
  roleSince: Instant | null;
  /** Time at which a token that only the mailbox received came back; `null`: not yet. */
  emailConfirmedAt: Instant | null;
  /** The address that replaces `email` once it is confirmed; `null`: none. */
  pendingEmail: Email | null;
  /** Kept by the repository of second factors; a save does not change it. */
  hasSecondFactor: boolean;
  /** `null`: not banned. */
  ban: Ban | null;
  /** The sample administrator of a development store. */
  isSample: boolean;
  /** Number of saves; 0 before the first. */
  version: number;
}>;

/**
 * A person with an account, registered by themselves or created by an administrator.
 *
 * Immutable: a change returns the next user, or this one where nothing changes, or throws a DomainError and leaves this
 * one unchanged.
 */
export class User {
  readonly #state: UserSnapshot;

  private constructor(state: UserSnapshot) {
    this.#state = state;
  }

  static register(input: Pick<UserSnapshot, 'id' | 'email' | 'name' | 'age' | 'passwordHash'> & { at: Instant }): User {
    const { id, email, name, age, passwordHash, at } = input;
    const person = { id, email, name, age, passwordHash, createdAt: at };
    return new User({
      ...person,
      role: null,
      roleSince: null,
      emailConfirmedAt: null,
      pendingEmail: null,
      hasSecondFactor: false,
      ban: null,
      isSample: false,
      version: 0,
    });
  }

  /** Restores a stored user. For stores only. */
  static fromSnapshot(snapshot: UserSnapshot): User {
    return new User(snapshot);
  }

  get id(): UserId {
    return this.#state.id;
  }

  get email(): Email {
    return this.#state.email;
  }

  get name(): UserName | null {
    return this.#state.name;
  }

  get passwordHash(): PasswordHash | null {
    return this.#state.passwordHash;
  }

  get version(): number {
    return this.#state.version;
  }

  get role(): Role | null {
    return this.#state.role;
  }

  get hasConfirmedEmail(): boolean {
    return this.#state.emailConfirmedAt !== null;
  }

  get hasSecondFactor(): boolean {
    return this.#state.hasSecondFactor;
  }

  get pendingEmail(): Email | null {
    return this.#state.pendingEmail;
  }

  /** Whether a confirmation of `email` would change something. */
  isWaitingFor(email: Email): boolean {
    const { emailConfirmedAt, pendingEmail } = this.#state;
    return pendingEmail === null
      ? emailConfirmedAt === null && this.#isPresent(email)
      : Email.isSame(pendingEmail, email);
  }

  get isBanned(): boolean {
    return this.#state.ban !== null;
  }

  rename(name: UserName | null): User {
    return this.#next({ name });
  }

  changeAge(age: Age | null): User {
    return this.#next({ age });
  }

  /** Ends a request for another address. The new one is not confirmed, unless it is another spelling of the present one. */
  changeEmail(email: Email): User {
    const change = { email, pendingEmail: null };
    return this.#next(this.#isPresent(email) ? change : { ...change, emailConfirmedAt: null });
  }

  /**
   * The present address stays until the new one is confirmed. Another spelling of the present one needs no confirmation,
   * and the present one withdraws the request before.
   */
  requestEmail(email: Email): User {
    return this.#isPresent(email) ? this.changeEmail(email) : this.#next({ pendingEmail: email });
  }

  /** @throws {DomainError} confirmation.refused: neither the present address nor the pending one */
  confirmEmail(email: Email, at: Instant): User {
    const { emailConfirmedAt, pendingEmail } = this.#state;
    if (this.#isPresent(email)) return this.#next({ emailConfirmedAt: emailConfirmedAt ?? at });
    if (pendingEmail === null || !Email.isSame(pendingEmail, email)) throw Confirmation.rejected();
    return this.#next({ email: pendingEmail, emailConfirmedAt: at, pendingEmail: null });
  }

  /** Returns to an address whose mailbox has asked for it. Another person may know the password, so it goes. */
  returnToEmail(email: Email, at: Instant): User {
    return this.#next({ email, emailConfirmedAt: at, pendingEmail: null, passwordHash: null });
  }

  /** The request for another address ends too: it may come from a person who knew the password. */
  setPassword(passwordHash: PasswordHash): User {
    return this.#next({ passwordHash, pendingEmail: null });
  }

  /** Ends the request for another address, as {@link setPassword} does. */
  withoutPassword(): User {
    return this.#next({ passwordHash: null, pendingEmail: null });
  }

  withoutPendingEmail(): User {
    return this.#next({ pendingEmail: null });
  }

  /** Keeps the time of the same role. */
  withRole(role: Role, at: Instant): User {
    return role === this.#state.role ? this : this.#next({ role, roleSince: at });
  }

  withoutRole(): User {
    return this.#next({ role: null, roleSince: null });
  }

  get isSample(): boolean {
    return this.#state.isSample;
  }

  /** Production refuses it from now on. */
  asSample(): User {
    return this.#next({ isSample: true });
  }

  /** A ban of a banned user replaces the reason and keeps the time. */
  ban(reason: BanReason | null, at: Instant): User {
    return this.#next({ ban: { at: this.#state.ban?.at ?? at, reason } });
  }

  /** @throws {DomainError} user.state: not banned */
  unban(): User {
    if (!this.isBanned) throw new DomainError('user.state', 'The user is not banned.');
    return this.#next({ ban: null });
  }

  /** @throws {DomainError} user.state: banned */
  assertMayGetLicense(): void {
    if (this.isBanned) throw ownerIsBanned();
  }

  /** @throws {DomainError} user.state: banned, or the address is not confirmed */
  assertMayGetLicenseEmail(options: { needsConfirmation: boolean }): void {
    if (this.isBanned) throw ownerIsBanned();
    if (mayGetEmails(this.#state, options)) return;
    throw new DomainError('user.state', 'The owner of the license has not confirmed the email address.');
  }

  /**
   * Replaces the hash by one of the same password with stronger parameters.
   * @throws {DomainError} user.stale: the password has changed since `verified` was checked
   */
  rehash(verified: PasswordHash, stronger: PasswordHash): User {
    if (this.#state.passwordHash !== verified) throw new DomainError('user.stale', 'The password has changed since.');
    return this.#next({ passwordHash: stronger });
  }

  toSnapshot(): UserSnapshot {
    return this.#state;
  }

  #isPresent(email: Email): boolean {
    return Email.isSame(this.#state.email, email);
  }

  #next(change: Partial<UserSnapshot>): User {
    return isUnchanged(this.#state, change) ? this : new User({ ...this.#state, ...change });
  }
}

export const ownerIsBanned = (): DomainError => new DomainError('user.state', 'The owner of the license is banned.');

/**
 * Whether emails go to the address of a user, but for links to confirm, to cancel and to reset.
 * @param needsConfirmation the address may be another person's until it is confirmed
 */
export const mayGetEmails = (
  { ban, emailConfirmedAt }: Pick<UserSnapshot, 'ban' | 'emailConfirmedAt'>,
  { needsConfirmation }: { needsConfirmation: boolean },
): boolean => ban === null && (emailConfirmedAt !== null || !needsConfirmation);
