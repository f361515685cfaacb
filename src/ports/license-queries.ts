import type { Activation } from '../domain/license/activation.ts';
import type { Fingerprint } from '../domain/license/fingerprint.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { LicenseKey } from '../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../domain/license/license-snapshot.ts';
import type { LicenseStatus } from '../domain/license/license-status.ts';
import type { Product } from '../domain/license/product.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** What is stored of a license, to be looked at. */
export type StoredLicense = Omit<LicenseSnapshot, 'version'>;

export type LicenseListQuery = Readonly<{
  /** What holds at `at`, not what is stored. */
  status?: LicenseStatus;
  product?: Product;
  userId?: UserId;
  /** Only those that end, and before this moment. */
  expiresBefore?: Instant;
  at: Instant;
  /** Only those that come after this one in the order of the list. */
  after?: Pick<StoredLicense, 'id' | 'expiresAt'>;
  limit: number;
}>;

/**
 * Questions about licenses, outside a unit of work.
 *
 * Every adapter passes test/contracts/license-queries.contract.ts.
 */
export interface LicenseQueries {
  /** @throws {DomainError} license.not-found */
  get(id: LicenseId): Promise<StoredLicense>;

  /**
   * The hottest question of the house, so it is one look-up.
   * @param fingerprint has this machine a seat? `undefined`: nobody asks
   */
  findByKey(
    key: LicenseKey,
    fingerprint: Fingerprint | undefined,
  ): Promise<Readonly<{ license: StoredLicense; isActivated: boolean }> | undefined>;

  /**
   * At most `limit`, in the order they were issued. Where the end is asked about (`expiresBefore`, `in_grace`, `expired`)
   * and not one user alone, in the order they end.
   */
  list(query: LicenseListQuery): Promise<readonly StoredLicense[]>;

  /** At most `limit` of a license, in the order of their fingerprints. */
  listActivations(
    query: Readonly<{ licenseId: LicenseId; after?: Fingerprint; limit: number }>,
  ): Promise<readonly Activation[]>;
}
