import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { SystemClock } from '../../src/adapters/driven/system/system-clock.ts';
import { SeedSampleCounts } from '../../src/application/statistics/seed-sample-counts.ts';
import { sqliteStores } from '../../src/composition/wiring/kysely-stores.ts';
import { type Seed, seedRowsOf } from './seed-data.ts';

/**
 * Creates a store at `path` and fills it in bulk: the migrations create the tables, rows are inserted without waiting for
 * the disk, and indexes are created at the end.
 */
export const fillSqlite = async (path: string, seed: Seed): Promise<void> => {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  const store = openSqliteStore(path);
  await migrateToLatest(store, migrations);
  await store.destroy();

  const database = new Database(path);
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.pragma('cache_size = -1000000');
    database.pragma('temp_store = MEMORY');
    const indexes = database
      .prepare<[], { name: string; sql: string }>(
        "select name, sql from sqlite_schema where type = 'index' and sql != ''",
      )
      .all();
    for (const { name } of indexes) database.exec(`drop index "${name}"`);
    database.transaction(() => insertAll(database, seed))();
    for (const { sql } of indexes) database.exec(sql);
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
};

const insertAll = (database: Database.Database, seed: Seed): void => {
  const into = new Inserts(database);
  for (let nth = 0; nth < seed.users; nth += 1) {
    const { user, session, license, activation, checks } = seedRowsOf(nth, seed);
    into.insert('users', user);
    into.insert('sessions', session);
    into.insert('licenses', license);
    if (activation !== undefined) into.insert('license_activations', activation);
    for (const check of checks) into.insert('pair_checks', check);
  }
};

class Inserts {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  insert(table: string, row: object): void {
    let statement = this.#statements.get(table);
    if (statement === undefined) {
      const columns = Object.keys(row);
      const marks = columns.map(() => '?').join(', ');
      statement = this.#database.prepare(`insert into ${table} (${columns.join(', ')}) values (${marks})`);
      this.#statements.set(table, statement);
    }
    statement.run(...Object.values(row));
  }
}

/** Makes a user an admin with a second factor, and adds a month of counts, so that no chart is empty. */
export const addAdministrator = async (path: string, userId: string): Promise<void> => {
  const database = new Database(path);
  try {
    database
      .prepare("update users set role = 'admin', role_since = ?, mfa = 1 where id = ?")
      .run(new Date().toISOString(), userId);
    database.prepare("update sessions set user_role = 'admin', user_mfa = 1 where user_id = ?").run(userId);
  } finally {
    database.close();
  }
  const stores = sqliteStores(path);
  await new SeedSampleCounts({ clock: new SystemClock(), unitOfWork: stores.unitOfWork }).execute();
  await stores.close();
};

const AHEAD_MS = 1_800_000;

/**
 * Sets last_seen_at of these sessions half an hour ahead. Otherwise each would be written once a minute into the run,
 * in one round and not in another.
 */
export const refreshSessions = (path: string, tokenHashes: readonly string[]): void => {
  const database = new Database(path);
  try {
    const statement = database.prepare('update sessions set last_seen_at = ? where token_hash = ?');
    const seenAt = new Date(Date.now() + AHEAD_MS).toISOString();
    database.transaction(() => {
      for (const tokenHash of tokenHashes) statement.run(seenAt, tokenHash);
    })();
  } finally {
    database.close();
  }
};
