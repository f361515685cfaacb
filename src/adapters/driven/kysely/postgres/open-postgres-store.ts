import { type PrepareRead, setDirectReads } from '../compiled-query.ts';
import { openDatabase, type QueryObserver } from '../open-database.ts';
import type { Database } from '../schema.ts';
import { GuildhallPostgresDialect } from './postgres-dialect.ts';
import type { PoolOptions, PostgresPool } from './postgres-pool.ts';
import type { PostgresAddress } from './postgres-url.ts';

/** Connects at the first query. A file of its own, so that a service on SQLite does not load a client for Postgres. */
export const openPostgresStore = (
  address: PostgresAddress,
  options: PoolOptions,
  onQuery?: QueryObserver,
): Database => {
  const dialect = new GuildhallPostgresDialect(address, options);
  const db = openDatabase(dialect, onQuery);
  setDirectReads(db, readsOf(dialect.pool, onQuery));
  return db;
};

/** Reads on any connection, outside a transaction. */
const readsOf =
  (pool: PostgresPool, observe?: QueryObserver): PrepareRead =>
  ({ sql }) =>
  async (parameters) => {
    const start = performance.now();
    try {
      return await pool.read(sql, parameters);
    } finally {
      observe?.('select', performance.now() - start);
    }
  };
