import type Database from 'better-sqlite3';
import type { CompiledQuery, QueryResult } from 'kysely';

/** Statements kept ready. We have fewer than this; the bound is for what we did not foresee. */
const KEPT_STATEMENTS = 500;

/** The statements of one connection: each is prepared once and kept, because to prepare it costs more than to run it. */
export class StatementShelf {
  readonly #database: Database.Database;
  readonly #kept = new Map<string, Database.Statement<unknown[]>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  prepare(sql: string): Database.Statement<unknown[]> {
    let statement = this.#kept.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare<unknown[]>(sql);
      if (this.#kept.size >= KEPT_STATEMENTS) this.#kept.delete(this.#kept.keys().next().value as string);
      this.#kept.set(sql, statement);
    }
    return statement;
  }

  run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const statement = this.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { insertId: BigInt(lastInsertRowid), numAffectedRows: BigInt(changes), rows: [] };
  }
}
