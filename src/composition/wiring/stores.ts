import type { LicenseQueries } from '../../ports/license-queries.ts';
import type { PairHistory } from '../../ports/pair-history.ts';
import type { SessionQueries } from '../../ports/session-queries.ts';
import type { SigningKeyQueries } from '../../ports/signing-key-queries.ts';
import type { StoreHealth } from '../../ports/store-health.ts';
import type { StoreWipe } from '../../ports/store-wipe.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { UserQueries } from '../../ports/user-queries.ts';
import type { UserRepository } from '../../ports/user-repository.ts';

/** One store behind all of its ports. */
export type OpenStores = Readonly<{
  unitOfWork: UnitOfWork;
  users: Pick<UserRepository, 'get' | 'findByEmail'>;
  userQueries: UserQueries;
  sessionQueries: SessionQueries;
  pairHistory: Pick<PairHistory, 'list'>;
  licenseQueries: LicenseQueries;
  signingKeyQueries: SigningKeyQueries;
  storeHealth: StoreHealth;
  storeWipe: StoreWipe;
  /**
   * @returns the names of the migrations that were applied
   * @throws where a newer version of Guildhall has migrated the store
   */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}>;
