import type { CanonicalEmail } from '../domain/user/email.ts';
import type { User } from '../domain/user/user.ts';
import type { UserId } from '../domain/user/user-id.ts';

/**
 * The people with an account.
 *
 * Every adapter passes test/contracts/user-repository.contract.ts.
 */
export interface UserRepository {
  /** @throws {DomainError} user.not-found */
  get(id: UserId): Promise<User>;

  findByEmail(email: CanonicalEmail): Promise<User | undefined>;

  /**
   * Adds, or replaces the version that was read.
   * @throws {DomainError} user.email-taken: another account has this address, whatever its case
   * @throws {DomainError} user.stale: somebody else saved since, or removed it; load again and retry
   */
  save(user: User): Promise<void>;

  /**
   * Sessions and resets of the user leave with them.
   * @throws {DomainError} user.not-found
   */
  remove(id: UserId): Promise<void>;

  isEmpty(): Promise<boolean>;
}
