import { type Kysely, PostgresAdapter } from 'kysely';
import type { Schema } from './schema.ts';

/** For what is asked in another way there. */
export const isPostgres = (db: Pick<Kysely<unknown>, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof PostgresAdapter;

/**
 * Is this a transaction in which rows must be locked, because others write at the same time? On SQLite nobody does:
 * `begin immediate` keeps every other writer off the whole store.
 */
export const locksRows = (db: Kysely<Schema>): boolean => db.isTransaction && isPostgres(db);
