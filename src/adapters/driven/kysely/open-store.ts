import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Dialect, Kysely, type LogEvent } from 'kysely';
import { readDirectly, SqliteReads } from './direct-reads.ts';
import { madeOnce } from './made-once.ts';
import type { QueryObserver } from './query-observer.ts';
import type { Schema } from './schema.ts';
import { ensurePrivateFile } from './sqlite/durable-files.ts';
import { GuildhallSqliteDialect, openSqlite, openSqliteReader } from './sqlite/sqlite-dialect.ts';

/** @param path of the SQLite file; it and its folder are made if need be, readable by us alone */
export const openSqliteStore = (path: string, onQuery?: QueryObserver): Kysely<Schema> => {
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Its companions take after it.
    ensurePrivateFile(path);
  }
  const writer = openSqlite(path);
  const reader = path === ':memory:' ? undefined : openSqliteReader(path);
  if (reader === undefined) return openStore(new GuildhallSqliteDialect(writer), onQuery);
  const db = openStore(new GuildhallSqliteDialect(writer, reader), onQuery);
  readDirectly(db, new SqliteReads(reader, onQuery));
  return db;
};

/** Over whichever database the dialect speaks to. */
export const openStore = (dialect: Dialect, onQuery: QueryObserver | undefined): Kysely<Schema> => {
  if (onQuery === undefined) return new Kysely<Schema>({ dialect });
  return new Kysely<Schema>({ dialect, log: (event) => onQuery(kindOf(event), event.queryDurationMillis) });
};

/** `select` of `SelectQueryNode`; there are a dozen. */
const kindOfNode = madeOnce((node: string) => node.replace(/QueryNode$|Node$/, '').toLowerCase());

const kindOf = ({ query }: LogEvent): string => kindOfNode(query.query.kind);
