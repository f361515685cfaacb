import { sql } from 'kysely';
import type { StoreDescription, StoreHealth } from '../../../../ports/store-health.ts';
import { compiledQuery } from '../compiled-query.ts';
import { isDiskFull, isFileReplaced, isReadOnlyServer, isTransient } from '../database-errors.ts';
import { type Database, isPostgres } from '../schema.ts';
import { appliedMigrations, type Migrations, pendingMigrations } from './migrate.ts';

/** A write is tried at most this often while it succeeds. Unit: ms. */
const PROBE_INTERVAL_MS = 1_000;

/** Reports a store that cannot be read, is not migrated, or cannot be written. */
export class KyselyStoreHealth implements StoreHealth {
  readonly #db: Database;
  readonly #migrations: Migrations;
  #probedAt = Number.NEGATIVE_INFINITY;
  #probe: Promise<void> | undefined;

  constructor(db: Database, migrations: Migrations) {
    this.#db = db;
    this.#migrations = migrations;
  }

  async problems(): Promise<readonly string[]> {
    try {
      const pending = await pendingMigrations(this.#db, this.#migrations);
      if (pending.length === 0) await this.#probeWrite();
      return pending.map((name) => `The migration ${name} has not run.`);
    } catch (error) {
      return [problemOf((error as Error).cause ?? error)];
    }
  }

  async describe(): Promise<StoreDescription> {
    const isOnPostgres = isPostgres(this.#db);
    const { rows } = await serverVersion(this.#db);
    return {
      engine: isOnPostgres ? 'PostgreSQL' : 'SQLite',
      // Debian and others add the name of their package.
      version: rows[0]?.version.split(' ', 1)[0],
      migration: (await appliedMigrations(this.#db)).toSorted().at(-1),
    };
  }

  /** Commits a transaction that changes nothing but takes the same way to the disk, or to the standby, as any other. */
  async #probeWrite(): Promise<void> {
    if (performance.now() - this.#probedAt < PROBE_INTERVAL_MS) return;
    this.#probe ??= this.#db
      .transaction()
      .execute(async (tx) => {
        await (isPostgres(tx) ? POSTGRES_PROBE : SQLITE_PROBE).execute(tx);
      })
      .then(() => {
        this.#probedAt = performance.now();
      })
      .finally(() => {
        this.#probe = undefined;
      });
    await this.#probe.catch((error) => {
      this.#probedAt = Number.NEGATIVE_INFINITY;
      // Another writer is at work, so writes succeed.
      if (!isTransient(error)) throw error;
    });
  }
}

const serverVersion = compiledQuery<{ version: string }>((db) => {
  const { fn } = db;
  const version = isPostgres(db)
    ? fn<string>('current_setting', [sql.lit('server_version')])
    : fn<string>('sqlite_version');
  return db.selectNoFrom(version.as('version'));
});

/** A record in the log, so that the commit waits for the disk and for synchronous standbys. */
const POSTGRES_PROBE = sql`select pg_logical_emit_message(true, 'guildhall', 'ready')`;

/** Writes the first page of the file. */
const SQLITE_PROBE = sql`pragma user_version = 0`;

const problemOf = (error: unknown): string => {
  if (isReadOnlyServer(error)) return 'The store only accepts reads.';
  if (isDiskFull(error)) return 'The disk of the store is full.';
  if (isFileReplaced(error)) return 'The file of the store, or its -wal or -shm, was moved, deleted or replaced.';
  return 'The store does not answer.';
};
