import type { Kysely } from 'kysely';
import { readDirectly } from '../direct-reads.ts';
import { openStore } from '../open-store.ts';
import type { QueryObserver } from '../query-observer.ts';
import type { Schema } from '../schema.ts';
import { GuildhallPostgresDialect } from './postgres-dialect.ts';
import type { PoolOptions } from './postgres-pool.ts';
import { PostgresReads } from './postgres-reads.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** Nothing is asked yet, and no connection made. In a file of its own, because who keeps a file needs no client for a server. */
export const openPostgresStore = (
  address: PostgresAddress,
  options: PoolOptions,
  onQuery?: QueryObserver,
): Kysely<Schema> => {
  const dialect = new GuildhallPostgresDialect(address, options);
  const db = openStore(dialect, onQuery);
  readDirectly(db, new PostgresReads(dialect.pool, onQuery));
  return db;
};
