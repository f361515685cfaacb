import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';

/** Statements kept ready. We have fewer than this; the bound is for what we did not foresee. */
const KEPT_STATEMENTS = 500;

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
  database.pragma('journal_size_limit = 67108864');
  database.pragma('temp_store = MEMORY');
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  return database;
};

/**
 * Kysely's dialect with three habits changed: statements are prepared once, a transaction takes the lock at once, and
 * migrations run in one.
 */
export class PatientSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    const config = { database: keepingStatements(database) };
    super(config);
    this.#config = config;
    this.#database = database;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#config, this.#database);
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalDdlAdapter();
  }
}

// Else a crash leaves half a migration behind, and two processes that start together make the same tables.
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(config: SqliteDialectConfig, database: Database.Database) {
    super(config);
    this.#database = database;
  }

  // A plain `begin` reads first and asks for the write lock later; a writer in between makes that fail for good.
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // A rollback that failed must not be the end of the store.
    await this.rollbackTransaction(connection);
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  // A full disk has SQLite roll back by itself; to ask again would fail, and hide what went wrong.
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

const keepingStatements = (database: Database.Database) => {
  const kept = new Map<string, Database.Statement>();
  return {
    prepare(sql: string) {
      let statement = kept.get(sql);
      if (statement === undefined) {
        statement = database.prepare(sql);
        if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value as string);
        kept.set(sql, statement);
      }
      return statement as Database.Statement<unknown[]>;
    },
    close: () => {
      database.close();
    },
  };
};
