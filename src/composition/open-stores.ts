import type { Config } from './config.ts';
import type { OpenStores } from './stores.ts';

/** Opens what the settings name. Adapters that are not needed are not even loaded. */
export const openStores = async (
  store: Config['store'],
  onQuery?: (kind: string, durationMs: number) => void,
): Promise<OpenStores> => {
  if (store.kind === 'memory') return (await import('./memory-stores.ts')).memoryStores();
  const { postgresStores, sqliteStores } = await import('./kysely-stores.ts');
  return store.kind === 'postgres' ? postgresStores(store, onQuery) : sqliteStores(store.path, onQuery);
};
