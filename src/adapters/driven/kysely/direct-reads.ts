import type Database from 'better-sqlite3';
import type { CompiledQuery, Kysely } from 'kysely';
import type { QueryObserver } from './query-observer.ts';
import type { Schema } from './schema.ts';

/** Answers a compiled question with the values for its parameters. */
export type DirectQuestion<Row> = (parameters: readonly unknown[]) => readonly Row[] | Promise<readonly Row[]>;

/**
 * For the few questions that every request asks. They pass Kysely by, whose way to a connection and back costs several
 * times what SQLite needs for the answer.
 */
export interface DirectReads {
  question<Row>(query: CompiledQuery<Row>): DirectQuestion<Row>;
}

/** Asks a connection of SQLite that is only read from, at once and waiting for no transaction. */
export class SqliteReads implements DirectReads {
  readonly #reader: Database.Database;
  readonly #observe: QueryObserver | undefined;

  constructor(reader: Database.Database, observe?: QueryObserver) {
    this.#reader = reader;
    this.#observe = observe;
  }

  /** The statement is prepared here, once. */
  question<Row>({ sql }: CompiledQuery<Row>): DirectQuestion<Row> {
    const statement = this.#reader.prepare<unknown[], Row>(sql);
    const observe = this.#observe;
    if (observe === undefined) return (parameters) => statement.all(parameters);
    return (parameters) => {
      const start = performance.now();
      const rows = statement.all(parameters);
      observe('select', performance.now() - start);
      return rows;
    };
  }
}

const directReads = new WeakMap<Kysely<Schema>, DirectReads>();

/** From now on what is compiled once for `db` is asked directly. A transaction of it is another `db`, and is not. */
export const readDirectly = (db: Kysely<Schema>, reads: DirectReads): void => void directReads.set(db, reads);

export const directReadsOf = (db: Kysely<Schema>): DirectReads | undefined => directReads.get(db);
