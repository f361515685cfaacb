import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import type { Ports } from '../../ports/ports.ts';

/** One store behind all of its ports. */
export type OpenStores = Pick<
  Ports,
  | 'unitOfWork'
  | 'auditQueries'
  | 'dailyCounts'
  | 'users'
  | 'userQueries'
  | 'sessionQueries'
  | 'apiTokenQueries'
  | 'knownNetworks'
  | 'pairHistory'
  | 'licenseQueries'
  | 'signingKeyQueries'
  | 'storeHealth'
  | 'storeWipe'
> &
  Readonly<{
    /**
     * @returns the names of the migrations that were applied
     * @throws where a newer version of Guildhall has migrated the store
     */
    migrate(): Promise<readonly string[]>;
    close(): Promise<void>;
  }>;

export const memoryStores = (stores = new MemoryStores()): OpenStores => ({
  unitOfWork: stores,
  auditQueries: stores.audit,
  dailyCounts: stores.dailyCounts,
  users: stores.users,
  userQueries: stores.users,
  apiTokenQueries: stores.apiTokens,
  sessionQueries: stores.sessions,
  knownNetworks: stores.knownNetworks,
  pairHistory: stores.pairHistory,
  licenseQueries: stores.licenses,
  signingKeyQueries: stores.signingKeys,
  storeHealth: stores,
  storeWipe: stores,
  migrate: async () => [],
  close: async () => {},
});
