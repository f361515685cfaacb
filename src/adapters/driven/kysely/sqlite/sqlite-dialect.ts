import Database from 'better-sqlite3';
import { type DialectAdapter, type Driver, SqliteAdapter, SqliteDialect } from 'kysely';
import { SqliteStoreDriver } from './sqlite-driver.ts';

/** How long SQLite may hold the event loop while another process writes. Unit: ms. Waiting longer is done asleep. */
const BUSY_TIMEOUT_MS = 100;

/** The same while the file is opened, when nobody is waiting for an answer yet. Unit: ms. */
const OPENING_TIMEOUT_MS = 5_000;

/**
 * @param path a file, or `:memory:`
 * @throws where the file cannot be opened
 */
export const openSqlite = (path: string): Database.Database => {
  const database = new Database(path);
  // First of all: turning a new file to WAL takes a lock, and another process may be doing the same.
  database.pragma(`busy_timeout = ${OPENING_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  // WAL alone loses acknowledged rows in a power cut; FULL waits for the disk at each commit.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  // Who is deleted is overwritten too, where the page is written anyway; that costs nothing that can be measured.
  database.pragma('secure_delete = FAST');
  database.pragma('journal_size_limit = 67108864');
  database.pragma('temp_store = MEMORY');
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return database;
};

/** Another connection to a file that is open for writing. It can change nothing, and sees what has been committed. */
export const openSqliteReader = (path: string): Database.Database => {
  const database = new Database(path, { readonly: true });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('temp_store = MEMORY');
  return database;
};

/**
 * Kysely's dialect with four habits changed: statements are prepared once, a transaction takes the lock at once,
 * questions outside a transaction do not wait for those inside, and migrations run in one.
 */
export class GuildhallSqliteDialect extends SqliteDialect {
  readonly #writer: Database.Database;
  readonly #reader: Database.Database | undefined;

  /** @param reader where there is none, questions wait for their turn on the writer */
  constructor(writer: Database.Database, reader?: Database.Database) {
    super({ database: writer });
    this.#writer = writer;
    this.#reader = reader;
  }

  override createDriver(): Driver {
    return new SqliteStoreDriver(this.#writer, this.#reader);
  }

  override createAdapter(): DialectAdapter {
    return new PatientSqliteAdapter();
  }
}

class PatientSqliteAdapter extends SqliteAdapter {
  // Else a crash leaves half a migration behind, and two processes that start together make the same tables.
  override get supportsTransactionalDdl(): boolean {
    return true;
  }

  // Who may write when is the driver's business. Kysely would let nobody read meanwhile either.
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
