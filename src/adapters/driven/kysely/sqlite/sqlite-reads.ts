import type SqliteDatabase from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import type { PreparedRead, ReadConnection } from '../compiled-query.ts';
import type { QueryObserver } from '../open-database.ts';
import { orUnavailable } from './sqlite-driver.ts';

/** Reads committed rows at once, without waiting for a transaction. */
export class SqliteReads implements ReadConnection {
  readonly #reader: SqliteDatabase.Database;
  readonly #observe: QueryObserver | undefined;

  constructor(reader: SqliteDatabase.Database, observe?: QueryObserver) {
    this.#reader = reader;
    this.#observe = observe;
  }

  prepareRead<Row>({ sql }: CompiledQuery<Row>): PreparedRead<Row> {
    const statement = this.#reader.prepare<unknown[], Row>(sql);
    const observe = this.#observe;
    if (observe === undefined) return (parameters) => orUnavailable(() => statement.all(parameters));
    return (parameters) => {
      const start = performance.now();
      const rows = orUnavailable(() => statement.all(parameters));
      observe('select', performance.now() - start);
      return rows;
    };
  }
}
