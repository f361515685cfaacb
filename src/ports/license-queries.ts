import type { Activation } from '../domain/license/activation.ts';
import type { ExpiryNotice } from '../domain/license/expiry-notice.ts';
import type { Fingerprint } from '../domain/license/fingerprint.ts';
import type { LicenseId } from '../domain/license/license-id.ts';
import type { LicenseKey } from '../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../domain/license/license-snapshot.ts';
import type { LicenseStatus } from '../domain/license/license-status.ts';
import type { Product } from '../domain/license/product.ts';
import type { Instant } from '../domain/shared/instant.ts';
import type { UserId } from '../domain/user/user-id.ts';
import type { UserView } from './user-queries.ts';

/** @property isActivated whether the machine of the query is activated on the license */
export type FoundLicense = Readonly<{ license: LicenseSnapshot; isActivated: boolean }>;

export type LicenseListQuery = Readonly<{
  /** The status at `at`, not the stored one. */
  status?: LicenseStatus | undefined;
  product?: Product | undefined;
  userId?: UserId | undefined;
  /** Only licenses that end before this moment. */
  expiresBefore?: Instant | undefined;
  at: Instant;
  /** The last license of the page before. */
  after?: Pick<LicenseSnapshot, 'id' | 'expiresAt'> | undefined;
  limit: number;
}>;

/** A license in a list for staff: with its owner, and without what only its own page shows. */
export type OwnedLicense = Omit<LicenseSnapshot, 'entitlements' | 'metadata' | 'version'> &
  Readonly<{ owner: Pick<UserView, 'email' | 'name'> }>;

/** @property lastSeenAt time of the last validation from the machine, which may be some seconds behind; `null`: none yet */
export type ActivationView = Activation & Readonly<{ lastSeenAt: Instant | null }>;

/** A machine among those of all licenses. */
export type MachineView = ActivationView & Readonly<{ license: Pick<LicenseSnapshot, 'key' | 'product' | 'userId'> }>;

export type MachinePosition = Pick<Activation, 'activatedAt' | 'licenseId' | 'fingerprint'>;

/** Reads licenses outside a unit of work. */
export interface LicenseQueries {
  /** @throws {DomainError} license.not-found */
  get(id: LicenseId): Promise<LicenseSnapshot>;

  /** Like `findByKey`, for an id. */
  findById(id: LicenseId, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined>;

  /**
   * The most frequent query of the service, so it is one look-up.
   * @param fingerprint the machine that `isActivated` is about; `undefined`: none, and `isActivated` is false
   */
  findByKey(key: LicenseKey, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined>;

  /**
   * At most `limit` licenses, in the order of issue. In the order of their end where the query selects by end
   * (`expiresBefore`, `in_grace`, `expired`) and not one user.
   */
  list(query: LicenseListQuery): Promise<readonly LicenseSnapshot[]>;

  /** Like `list`, with the owners. */
  listWithOwners(query: LicenseListQuery): Promise<readonly OwnedLicense[]>;

  /** At most `limit` activations of a license, in the order of their fingerprints. */
  listActivations(
    query: Readonly<{ licenseId: LicenseId; after?: Fingerprint | undefined; limit: number }>,
  ): Promise<readonly ActivationView[]>;

  /** The emails about the ends of these licenses, in no order. */
  listNotices(ids: readonly LicenseId[]): Promise<readonly ExpiryNotice[]>;

  /** At most `limit` activations of all licenses, the newest first: of all machines, or of one. */
  listMachines(
    query: Readonly<{ fingerprint?: Fingerprint | undefined; after?: MachinePosition | undefined; limit: number }>,
  ): Promise<readonly MachineView[]>;
}
