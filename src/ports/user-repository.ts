import type { CanonicalEmail } from '../domain/user/email.ts';
import type { User } from '../domain/user/user.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** Numbers of what belonged to a user. */
export type RemovedWithUser = Readonly<{
  sessions: number;
  passwordResets: number;
  apiTokens: number;
  licenses: number;
  activations: number;
}>;

export interface UserRepository {
  /** @throws {DomainError} user.not-found */
  get(id: UserId): Promise<User>;

  find(id: UserId): Promise<User | undefined>;

  findByEmail(email: CanonicalEmail): Promise<User | undefined>;

  /**
   * Adds the user, or replaces the version that was read.
   * @throws {DomainError} user.email-taken: another account has this address
   * @throws {DomainError} user.stale: saved or removed by another writer since; load again and retry
   */
  save(user: User): Promise<void>;

  /**
   * Removes the user with all sessions, resets, API tokens and licenses.
   * @returns how many of them there were
   * @throws {DomainError} user.not-found
   */
  remove(id: UserId): Promise<RemovedWithUser>;

  isEmpty(): Promise<boolean>;

  /**
   * The users with the role `admin` who can log in: not banned, with a confirmed address where `confirmedOnly`, and
   * not the sample administrator where `refusesSamples`. Until the end of the unit of work no other one changes their
   * roles, bans or removes them.
   * Call it before any other user is read, so that no two units of work wait for each other.
   */
  lockAdmins(options: { confirmedOnly: boolean; refusesSamples: boolean }): Promise<readonly UserId[]>;
}
