import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type SqliteDatabase from 'better-sqlite3';
import { type PrepareRead, setDirectReads } from '../compiled-query.ts';
import { openDatabase, type QueryObserver } from '../open-database.ts';
import type { Database } from '../schema.ts';
import type { CheckpointObserver } from './checkpoints.ts';
import { assertPrivate, ensurePrivateFile } from './durable-files.ts';
import { GuildhallSqliteDialect, openSqlite, openSqliteReader } from './sqlite-dialect.ts';
import { orUnavailable } from './sqlite-driver.ts';

/** @param path of the SQLite file; it and its folder are created if need be, readable by their owner alone */
export const openSqliteStore = (
  path: string,
  onQuery?: QueryObserver,
  onCheckpointFailed?: CheckpointObserver,
): Database => {
  if (path === ':memory:')
    return openDatabase(new GuildhallSqliteDialect(openSqlite(path), undefined, onQuery), onQuery);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite gives the companion files (-wal, -shm) the mode of the database file.
  ensurePrivateFile(path);
  const writer = openSqlite(path);
  try {
    assertPrivate(path);
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader = openSqliteReader(path);
  const db = openDatabase(new GuildhallSqliteDialect(writer, reader, onQuery, onCheckpointFailed), onQuery);
  setDirectReads(db, readsOf(reader, onQuery));
  return db;
};

/** Reads committed rows at once, without waiting for a transaction. */
const readsOf = (reader: SqliteDatabase.Database, observe?: QueryObserver): PrepareRead => {
  const snapshot = new Snapshot(reader);
  return ({ sql }) => {
    const statement = reader.prepare<unknown[], never>(sql);
    const read = (parameters: readonly unknown[]) =>
      orUnavailable(() => {
        snapshot.beforeRead();
        return statement.all(parameters);
      });
    if (observe === undefined) return read;
    return (parameters) => {
      const start = performance.now();
      const rows = read(parameters);
      observe('select', performance.now() - start);
      return rows;
    };
  };
};

/** Reads that share a snapshot. A command that reads the whole store in one callback must not keep the log from beginning anew. */
const MAX_READS = 32;

/**
 * The state of the store that the reads of one callback of the event loop share, from the second one on. It ends before the
 * next callback, which may be for a client that knows of a later commit, also of another process.
 *
 * perf: SQLite locks the log for each read and unlocks it again, by two system calls. A page of six reads takes 14 % less
 * CPU with one lock for five of them (ADR 142).
 */
class Snapshot {
  readonly #reader: SqliteDatabase.Database;
  readonly #begin: SqliteDatabase.Statement;
  readonly #commit: SqliteDatabase.Statement;
  #reads = 0;
  #isOpen = false;

  constructor(reader: SqliteDatabase.Database) {
    this.#reader = reader;
    this.#begin = reader.prepare('begin');
    this.#commit = reader.prepare('commit');
  }

  beforeRead(): void {
    this.#reads += 1;
    // It runs after the promises that the callback has resolved.
    if (this.#reads === 1) process.nextTick(() => this.#end());
    if (this.#reads % MAX_READS === 2) {
      this.#close();
      this.#begin.run();
      this.#isOpen = true;
    }
  }

  #end(): void {
    this.#reads = 0;
    this.#close();
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.#commit.run();
    } catch {
      // Closed meanwhile, or rolled back by SQLite for an error. Whatever it was, the next read must not see this state.
      if (this.#reader.inTransaction) this.#reader.exec('rollback');
    }
  }
}
