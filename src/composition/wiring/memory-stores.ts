import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import type { OpenStores } from './stores.ts';

export const memoryStores = (stores = new MemoryStores()): OpenStores => ({
  unitOfWork: stores,
  auditQueries: stores.audit,
  users: stores.users,
  userQueries: stores.users,
  apiTokenQueries: stores.apiTokens,
  sessionQueries: stores.sessions,
  pairHistory: stores.pairHistory,
  licenseQueries: stores.licenses,
  signingKeyQueries: stores.signingKeys,
  storeHealth: stores,
  storeWipe: stores,
  migrate: async () => [],
  close: async () => {},
});
