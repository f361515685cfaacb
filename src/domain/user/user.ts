import { DomainError } from '../shared/domain-error.ts';
import type { Instant } from '../shared/instant.ts';
import type { Age } from './age.ts';
import type { Email } from './email.ts';
import type { PasswordHash } from './password-hash.ts';
import type { UserId } from './user-id.ts';
import type { UserName } from './user-name.ts';

/** Everything that must survive a restart. The only shape the store ever sees. */
export type UserSnapshot = Readonly<{
  id: UserId;
  email: Email;
  name: UserName | null;
  age: Age | null;
  /** `null`: nobody can log in with a password until one is set by a reset. */
  passwordHash: PasswordHash | null;
  createdAt: Instant;
  /** How often it was saved; 0 before the first time. */
  version: number;
}>;

/**
 * Somebody with an account. They register themselves or an administrator lets them in; afterwards they may change
 * their name, age, address and password, and when they leave, their sessions leave with them.
 *
 * Immutable: a change returns the next user, or throws a DomainError and leaves this one as it was.
 */
export class User {
  readonly #state: UserSnapshot;

  private constructor(state: UserSnapshot) {
    this.#state = state;
  }

  static register(person: Omit<UserSnapshot, 'createdAt' | 'version'> & { at: Instant }): User {
    const { id, email, name, age, passwordHash, at } = person;
    return new User({ id, email, name, age, passwordHash, createdAt: at, version: 0 });
  }

  /** For stores only. */
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

  rename(name: UserName | null): User {
    return this.#next({ name });
  }

  changeAge(age: Age | null): User {
    return this.#next({ age });
  }

  changeEmail(email: Email): User {
    return this.#next({ email });
  }

  setPassword(passwordHash: PasswordHash): User {
    return this.#next({ passwordHash });
  }

  /**
   * The same password under stronger parameters. Harmless if the password has changed in the meantime.
   * @throws {DomainError} user.stale: somebody set another password since `verified` was checked
   */
  rehash(verified: PasswordHash, stronger: PasswordHash): User {
    if (this.#state.passwordHash !== verified) throw new DomainError('user.stale', 'The password has changed since.');
    return this.#next({ passwordHash: stronger });
  }

  toSnapshot(): UserSnapshot {
    return this.#state;
  }

  #next(change: Partial<UserSnapshot>): User {
    return new User({ ...this.#state, ...change });
  }
}
