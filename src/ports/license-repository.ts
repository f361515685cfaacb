import type { License } from '../domain/license/license.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { Instant } from '../domain/shared/instant.ts';

/**
 * The licenses that were issued, for changing them.
 *
 * Every adapter passes test/contracts/license-repository.contract.ts.
 */
export interface LicenseRepository {
  /**
   * Reads, and keeps all other writers off this license until the unit of work ends: what is decided on it holds.
   * @throws {DomainError} license.not-found
   */
  lock(id: LicenseId): Promise<License>;

  /**
   * Adds, or replaces the version that was read. When it was last validated stays as it is.
   * @throws {DomainError} license.key-taken: draw another one, in another unit of work
   * @throws {DomainError} license.stale: somebody else saved since, or it has gone with its user
   * @throws {DomainError} user.not-found
   */
  save(license: License): Promise<void>;

  /** Writes down when they were last asked about. No change of the license: its version stays. Unknown ones are skipped. */
  touchLastValidated(ids: readonly LicenseId[], at: Instant): Promise<void>;
}
