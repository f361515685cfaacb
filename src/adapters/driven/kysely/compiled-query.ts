import {
  type Compilable,
  type CompiledQuery,
  Kysely,
  type KyselyProps,
  type QueryResult,
  type RawBuilder,
  SelectQueryNode,
  sql,
} from 'kysely';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { PortError } from '../../../ports/port-error.ts';
import { type Database, isPostgres, locksRows, type Schema } from './schema.ts';

/** A query whose SQL is built and compiled once. Takes the values of its parameters in the order they appear in the SQL. */
export type PreparedQuery<Row> = (db: Database, ...parameters: readonly unknown[]) => Promise<QueryResult<Row>>;

/** Runs one SELECT with other parameters each time. */
export type PreparedRead<Row> = (parameters: readonly unknown[]) => readonly Row[] | Promise<readonly Row[]>;

/** Prepares a SELECT on a connection without Kysely, for reads outside a transaction. */
export type PrepareRead = <Row>(query: CompiledQuery<Row>) => PreparedRead<Row>;

const directReads = new WeakMap<Database, PrepareRead>();

/** Compiled SELECTs on `db` are prepared by it from now on. Transactions of `db` are other instances and do not use it. */
export const setDirectReads = (db: Database, prepare: PrepareRead): void => void directReads.set(db, prepare);

/** A database that runs compiled queries on its connection itself, without the promises of Kysely. */
export class DirectDatabase extends Kysely<Schema> {
  readonly #run: <Row>(query: CompiledQuery<Row>) => QueryResult<Row>;

  constructor(props: KyselyProps, run: <Row>(query: CompiledQuery<Row>) => QueryResult<Row>) {
    super(props);
    this.#run = run;
  }

  runDirectly<Row>(query: CompiledQuery<Row>): QueryResult<Row> {
    return this.#run(query);
  }
}

/**
 * Compiles a query at its first use and keeps it for each kind of database, with and without row locks.
 *
 * perf: a session look-up on SQLite takes 2.4 µs; compiled, but on Kysely's way to a connection and back, 3.6 µs; built
 * and compiled each time 16 µs.
 * @param build the query, with any values where the parameters go
 */
export const compiledQuery = <Row>(build: (db: Database) => Compilable<Row>): PreparedQuery<Row> => {
  const reads = new WeakMap<Database, PreparedRead<Row>>();
  const plain = new WeakMap<object, CompiledQuery<Row>>();
  const locking = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, ...parameters) => {
    const read = reads.get(db);
    if (read !== undefined) {
      const rows = read(parameters);
      return { rows: (rows instanceof Promise ? await rows : rows) as Row[] };
    }
    const { adapter } = db.getExecutor();
    const compiled = locksRows(db) ? locking : plain;
    let query = compiled.get(adapter);
    if (query === undefined) {
      query = build(db).compile();
      compiled.set(adapter, query);
    }
    if (db instanceof DirectDatabase) return db.runDirectly({ ...query, parameters });
    // The first run goes through Kysely in any case: Kysely closes only a driver that it has used.
    const prepare = SelectQueryNode.is(query.query) ? directReads.get(db) : undefined;
    if (prepare !== undefined) reads.set(db, prepare(query));
    return db.executeQuery<Row>({ ...query, parameters });
  };
};

type Deferral = Readonly<{ errorOf: (error: unknown) => unknown }>;

const deferrals = new Map<string, Deferral>();

/** @returns `undefined`: the statement is to be sent at once */
export const deferral = (sql: string | undefined): Deferral | undefined => deferrals.get(sql ?? '');

/**
 * A statement whose result its unit of work does not look at. On Postgres it may travel with the next statement or with
 * the commit.
 * @param errorOf translates an error of the statement, which may come from the unit of work instead of the call
 */
export const deferrableQuery = (
  build: (db: Database) => Compilable,
  errorOf: (error: unknown) => unknown = (error) => error,
): PreparedQuery<unknown> => {
  const query = compiledQuery((db) => {
    const built = build(db);
    deferrals.set(built.compile().sql, { errorOf });
    return built;
  });
  return async (db, ...parameters) => {
    try {
      return await query(db, ...parameters);
    } catch (error) {
      // It may be that of an earlier statement, which is translated already.
      throw error instanceof DomainError || error instanceof PortError ? error : errorOf(error);
    }
  };
};

/** The same for a query that has a few forms, such as one for each number of keys or each page size. */
export const compiledQueries = <Row, Form extends string | number = number>(
  build: (db: Database, form: Form) => Compilable<Row>,
): ((form: Form) => PreparedQuery<Row>) => {
  const queries = new Map<Form, PreparedQuery<Row>>();
  return (form) => {
    let query = queries.get(form);
    if (query === undefined) {
      query = compiledQuery((db) => build(db, form));
      queries.set(form, query);
    }
    return query;
  };
};

/**
 * The same for pages, of which the limit is the last parameter. On Postgres they are one query. On SQLite, which plans
 * `limit ?` anew at each run, there is one for each limit, with the limit in its text.
 */
export const limitedQueries = <Row>(
  build: (db: Database, limit: RawBuilder<number>) => Compilable<Row>,
): ((limit: number) => PreparedQuery<Row>) => {
  const onSqlite = compiledQueries<Row>((db, limit) => build(db, sql.lit(limit)));
  const onPostgres = compiledQuery<Row>((db) => build(db, sql`${0}`));
  return (limit) =>
    (db, ...parameters) =>
      isPostgres(db) ? onPostgres(db, ...parameters, limit) : onSqlite(limit)(db, ...parameters);
};

/** A placeholder for each column, to build a query before the values of its parameters are known. */
export const placeholders = <const Column extends string>(columns: readonly Column[]): Record<Column, never> =>
  Object.fromEntries(columns.map((column) => [column, ''])) as Record<Column, never>;
