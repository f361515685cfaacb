import type { Role } from '../domain/access/scope.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { Ban } from '../domain/user/ban.ts';
import type { CanonicalEmail, Email } from '../domain/user/email.ts';
import type { PasswordHash } from '../domain/user/password-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The public fields of a user. Contains no secret and no hash. */
export type UserView = Readonly<{
  id: UserId;
  email: Email;
  name: string | null;
  age: number | null;
  createdAt: Instant;
}>;

/** An account as staff read it. */
export type UserRecordView = UserView &
  Readonly<{ emailConfirmedAt: Instant | null; pendingEmail: Email | null; hasSecondFactor: boolean; ban: Ban | null }>;

/**
 * Where a search goes on.
 * @property by what the last user was found by
 * @property key its canonical address, or its name in lower case
 */
export type SearchPosition = Readonly<{ by: 'email' | 'name'; key: string; id: UserId }>;

export type UserSearch = Readonly<{
  /** Beginning of the address, in its canonical form. */
  email: CanonicalEmail;
  /** Beginning of the name, in lower case. */
  name: string;
  after?: SearchPosition | undefined;
  limit: number;
}>;

/** A person with a role. @property isSample the sample administrator of a development store */
export type StaffView = Readonly<{
  id: UserId;
  email: Email;
  role: Role;
  since: Instant;
  isSample: boolean;
  hasSecondFactor: boolean;
}>;

/** An account as a log-in reads it. @property id `undefined`: no account has the address */
export type LoginView = Readonly<{
  id: UserId | undefined;
  passwordHash: PasswordHash | null;
  isBanned: boolean;
  isSample: boolean;
}>;

/** Reads users outside a unit of work. */
export interface UserQueries {
  /** The account of an address. A database does the same work for an address without one: one row is read and parsed. */
  findLogin(email: CanonicalEmail): Promise<LoginView>;

  /** At most `limit` users in the order of creation, after `after`; with `email`, only that account. */
  list(query: {
    after?: UserId | undefined;
    limit: number;
    email?: CanonicalEmail | undefined;
  }): Promise<readonly UserRecordView[]>;

  /** The accounts with these ids, in no order. Unknown ids are left out. */
  listByIds(ids: readonly UserId[]): Promise<readonly UserRecordView[]>;

  /**
   * At most `limit` users: those whose address begins so, in the order of the addresses, and then those of whom only the name
   * does, in the order of the names and ids.
   */
  search(query: UserSearch): Promise<readonly (Omit<SearchPosition, 'id'> & Readonly<{ user: UserRecordView }>)[]>;

  /** All people with a role, in the order of creation of their accounts. */
  listStaff(): Promise<readonly StaffView[]>;

  /**
   * Number of users whose address is not confirmed, among the `limit` oldest accounts after `after`.
   * @returns with `last`, the account to go on after; `undefined`: there are no more
   */
  countUnconfirmed(
    query: Readonly<{ after?: UserId | undefined; limit: number }>,
  ): Promise<Readonly<{ count: number; last: UserId | undefined }>>;

  /** The parameters of all password hashes, each once: the PHC strings up to the salt, sorted. */
  listHashParameters(): Promise<readonly string[]>;
}
