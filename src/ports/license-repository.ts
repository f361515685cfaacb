import type { ExpiryNotice } from '../domain/license/expiry-notice.ts';
import type { License } from '../domain/license/license.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** Licenses that a unit of work changes. */
export interface LicenseRepository {
  /**
   * Reads the license and locks it against other writers until the unit of work ends.
   * @throws {DomainError} license.not-found
   */
  lock(id: LicenseId): Promise<License>;

  /**
   * Adds the license, or replaces the version that was read. Leaves `lastValidatedAt` unchanged.
   * @throws {DomainError} license.key-taken: retry with another key in another unit of work
   * @throws {DomainError} license.stale: saved by another writer since, or removed with its user
   * @throws {DomainError} user.not-found
   */
  save(license: License): Promise<void>;

  /**
   * Marks all licenses of the user, and raises the versions of those that were not marked so.
   * @returns the number of changed licenses
   */
  markOwnerBanned(userId: UserId, isBanned: boolean): Promise<number>;

  /**
   * Records an email about the end of a license.
   * @returns false: there is such a notice already, or the license has another end by now or is gone
   */
  addNotice(notice: ExpiryNotice): Promise<boolean>;

  /** Forgets an email about the end of a license that was not sent, so that it becomes due again. */
  removeNotice(notice: Omit<ExpiryNotice, 'queuedAt'>): Promise<void>;

  /**
   * Sets `lastValidatedAt` to the time of each license, unless it is later already. Leaves the versions unchanged. Skips
   * unknown ids. Once in a unit of work, with all times: rows are locked in one order.
   */
  touchLastValidated(times: ReadonlyMap<Instant, readonly LicenseId[]>): Promise<void>;
}
