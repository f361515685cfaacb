import type { LicenseDirectory } from '../ports/license-directory.ts';
import type { PairHistory } from '../ports/pair-history.ts';
import type { SessionDirectory } from '../ports/session-directory.ts';
import type { SigningKeyDirectory } from '../ports/signing-key-directory.ts';
import type { StoreHealth } from '../ports/store-health.ts';
import type { StoreWipe } from '../ports/store-wipe.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';
import type { UserDirectory } from '../ports/user-directory.ts';
import type { UserRepository } from '../ports/user-repository.ts';

/** One store with all its doors. */
export type OpenStores = Readonly<{
  unitOfWork: UnitOfWork;
  users: Pick<UserRepository, 'get' | 'findByEmail'>;
  userDirectory: UserDirectory;
  sessionDirectory: SessionDirectory;
  pairHistory: Pick<PairHistory, 'list'>;
  licenseDirectory: LicenseDirectory;
  signingKeyDirectory: SigningKeyDirectory;
  storeHealth: StoreHealth;
  storeWipe: StoreWipe;
  /**
   * @returns names of the steps taken; none where all were
   * @throws where a newer version has taken others
   */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}>;
