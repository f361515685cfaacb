import { setReadConnection } from '../compiled-query.ts';
import { openDatabase, type QueryObserver } from '../open-database.ts';
import type { Database } from '../schema.ts';
import { GuildhallPostgresDialect, PostgresReads } from './postgres-dialect.ts';
import type { PoolOptions } from './postgres-pool.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** Connects at the first query. A file of its own, so that a service on SQLite does not load a client for Postgres. */
export const openPostgresStore = (
  address: PostgresAddress,
  options: PoolOptions,
  onQuery?: QueryObserver,
): Database => {
  const dialect = new GuildhallPostgresDialect(address, options);
  const db = openDatabase(dialect, onQuery);
  setReadConnection(db, new PostgresReads(dialect.pool, onQuery));
  return db;
};
