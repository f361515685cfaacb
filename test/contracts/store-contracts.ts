import { activationRepositoryContract } from './activation-repository.contract.ts';
import { attemptCountersContract } from './attempt-counters.contract.ts';
import { licenseListsContract } from './license-lists.contract.ts';
import { licenseQueriesContract } from './license-queries.contract.ts';
import { licenseRepositoryContract } from './license-repository.contract.ts';
import type { OpenStores } from './open-stores.ts';
import { outboxContract } from './outbox.contract.ts';
import { pairHistoryContract } from './pair-history.contract.ts';
import { passwordResetRepositoryContract } from './password-reset-repository.contract.ts';
import { retentionContract } from './retention.contract.ts';
import { sessionQueriesContract } from './session-queries.contract.ts';
import { sessionRepositoryContract } from './session-repository.contract.ts';
import { signingKeyRepositoryContract } from './signing-key-repository.contract.ts';
import { storeHealthContract } from './store-health.contract.ts';
import { storeWipeContract } from './store-wipe.contract.ts';
import { unitOfWorkContract } from './unit-of-work.contract.ts';
import { userQueriesContract } from './user-queries.contract.ts';
import { userRepositoryContract } from './user-repository.contract.ts';

/** What every kind of store promises. `open` gives an empty one, set up and ready. */
export const storeContracts = (adapter: string, open: () => Promise<OpenStores>): void => {
  unitOfWorkContract(adapter, open);
  userRepositoryContract(adapter, open);
  userQueriesContract(adapter, open);
  sessionRepositoryContract(adapter, open);
  sessionQueriesContract(adapter, open);
  passwordResetRepositoryContract(adapter, open);
  attemptCountersContract(adapter, open);
  outboxContract(adapter, open);
  pairHistoryContract(adapter, open);
  retentionContract(adapter, open);
  licenseRepositoryContract(adapter, open);
  activationRepositoryContract(adapter, open);
  licenseQueriesContract(adapter, open);
  licenseListsContract(adapter, open);
  signingKeyRepositoryContract(adapter, open);
  storeHealthContract(adapter, open);
  storeWipeContract(adapter, open);
};
