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
const readsOf =
  (reader: SqliteDatabase.Database, observe?: QueryObserver): PrepareRead =>
  ({ sql }) => {
    const statement = reader.prepare<unknown[], never>(sql);
    if (observe === undefined) return (parameters) => orUnavailable(() => statement.all(parameters));
    return (parameters) => {
      const start = performance.now();
      const rows = orUnavailable(() => statement.all(parameters));
      observe('select', performance.now() - start);
      return rows;
    };
  };
