import type { Config } from '../config/config.ts';
import type { OpenStores } from './stores.ts';

/** Opens what the settings name. Adapters that are not needed are not even loaded. */
export const openStores = async (
  store: Config['store'],
  onQuery?: (kind: string, durationMs: number) => void,
): Promise<OpenStores> => {
  if (store.kind === 'memory') return (await import('./memory-stores.ts')).memoryStores();
  if (store.kind === 'postgres') return (await import('./postgres-stores.ts')).postgresStores(store, onQuery);
  return (await import('./kysely-stores.ts')).sqliteStores(store.path, onQuery);
};
