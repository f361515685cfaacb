import SqliteDatabase from 'better-sqlite3';
import { type DialectAdapter, type Driver, SqliteAdapter, SqliteDialect } from 'kysely';
import { SqliteStoreDriver } from './sqlite-driver.ts';

/** Longest wait inside SQLite, which blocks the event loop, for a writer in another process. Longer waits are timers. Unit: ms. */
const BUSY_TIMEOUT_MS = 100;

/** The same while the file is opened, before the service listens. Unit: ms. */
const OPENING_TIMEOUT_MS = 5_000;

/** Between two attempts to switch to WAL. Unit: ms. */
const RETRY_MS = 10;

/**
 * @param path a file, or `:memory:`
 * @throws where the file cannot be opened
 */
export const openSqlite = (path: string): SqliteDatabase.Database => {
  const database = new SqliteDatabase(path);
  // First of all: switching a new file to WAL takes a lock, which another process may hold.
  database.pragma(`busy_timeout = ${OPENING_TIMEOUT_MS}`);
  switchToWal(database);
  // The driver waits for the disk after each commit, without blocking the event loop (ADR 63). In this mode SQLite itself
  // syncs the log and the file at checkpoints.
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  // Overwrites deleted rows on pages that are written anyway, at no measurable cost.
  database.pragma('secure_delete = FAST');
  database.pragma('journal_size_limit = 67108864');
  database.pragma('temp_store = MEMORY');
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return database;
};

/** Waits for other processes that set up the same new file: SQLite reports their lock at once, whatever the timeout. */
const switchToWal = (database: SqliteDatabase.Database): void => {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || waitedMs >= OPENING_TIMEOUT_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
};

/** A read-only connection to a file that is open for writing. It sees committed rows only. */
export const openSqliteReader = (path: string): SqliteDatabase.Database => {
  const database = new SqliteDatabase(path, { readonly: true });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('temp_store = MEMORY');
  return database;
};

/**
 * Kysely's dialect with four differences: statements are prepared once, a transaction takes the write lock at once,
 * reads outside a transaction do not wait for one, and migrations run in a transaction.
 */
export class GuildhallSqliteDialect extends SqliteDialect {
  readonly #parameters: ConstructorParameters<typeof SqliteStoreDriver>;

  /** @param parameters of the driver */
  constructor(...parameters: ConstructorParameters<typeof SqliteStoreDriver>) {
    super({ database: parameters[0] });
    this.#parameters = parameters;
  }

  override createDriver(): Driver {
    return new SqliteStoreDriver(...this.#parameters);
  }

  override createAdapter(): DialectAdapter {
    return new GuildhallSqliteAdapter();
  }
}

class GuildhallSqliteAdapter extends SqliteAdapter {
  // Without it a crash leaves half a migration behind, and two processes that start together create the same tables.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  // The driver decides when a connection may write. Kysely's own lock would also keep reads waiting.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
