import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely';
import { madeOnce } from './made-once.ts';
import type { Schema } from './schema.ts';

/**
 * A statement of units of work that run often. Building and compiling it takes longer than SQLite takes to run it, so
 * that is done once for each kind of database; afterwards only the parameters change. Unlike `compiledOnce` it belongs
 * to no connection, because each unit of work has its own.
 * @param build the statement with any values where the parameters go, in the order they are given later
 */
export const hotStatement = <Row>(
  build: (db: Kysely<Schema>) => Compilable<Row>,
): ((db: Kysely<Schema>, ...parameters: readonly unknown[]) => Promise<QueryResult<Row>>) => {
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return (db, ...parameters) => {
    const { adapter } = db.getExecutor();
    let query = compiled.get(adapter);
    if (query === undefined) {
      query = build(db).compile();
      compiled.set(adapter, query);
    }
    return db.executeQuery<Row>({ ...query, parameters });
  };
};

/** The same for a statement that comes in a few forms, such as one for each number of things it is asked about. */
export const hotStatementOf = <Row, Form extends string | number = number>(
  build: (db: Kysely<Schema>, form: Form) => Compilable<Row>,
): ((form: Form) => ReturnType<typeof hotStatement<Row>>) => madeOnce((form) => hotStatement((db) => build(db, form)));

/** Any value for each column: what a statement is built with before its parameters are known. */
export const blank = <const Column extends string>(columns: readonly Column[]): Record<Column, never> =>
  Object.fromEntries(columns.map((column) => [column, ''])) as Record<Column, never>;
