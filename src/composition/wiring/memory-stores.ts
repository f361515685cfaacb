import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import type { OpenStores } from './stores.ts';

export const memoryStores = (stores = new MemoryStores()): OpenStores => ({
  unitOfWork: stores,
  users: stores.users,
  userDirectory: stores.users,
  sessionDirectory: stores.sessions,
  pairHistory: stores.pairHistory,
  licenseDirectory: stores.licenses,
  signingKeyDirectory: stores.signingKeys,
  storeHealth: stores,
  storeWipe: stores,
  migrate: async () => [],
  close: async () => {},
});
