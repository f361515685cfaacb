import type Database from 'better-sqlite3';
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult, SelectQueryNode } from 'kysely';
import { StatementShelf } from '../statement-shelf.ts';
import { Mutex } from './mutex.ts';

/**
 * One connection writes, another reads. A question outside a unit of work is asked on the second: it waits for nobody,
 * and sees only what has been committed.
 */
export class SqliteStoreDriver implements Driver {
  readonly #writer: Database.Database;
  readonly #reader: Database.Database | undefined;
  readonly #ways: Ways;
  readonly #idle: SqliteStoreConnection[] = [];

  /** @param reader where there is none, the writer reads too, and questions wait for their turn */
  constructor(writer: Database.Database, reader?: Database.Database) {
    this.#writer = writer;
    this.#reader = reader;
    const statements = new StatementShelf(writer);
    this.#ways = {
      writer,
      turn: new Mutex(),
      writing: statements,
      reading: reader === undefined ? undefined : new StatementShelf(reader),
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteStoreConnection> {
    return this.#idle.pop() ?? new SqliteStoreConnection(this.#ways);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const released = connection as SqliteStoreConnection;
    released.endTransaction();
    this.#idle.push(released);
  }

  // A plain `begin` reads first and asks for the write lock later; a writer in between makes that fail for good.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const writing = connection as SqliteStoreConnection;
    await writing.waitForTurn();
    // A rollback that failed must not be the end of the store.
    if (this.#writer.inTransaction) await writing.executeQuery(CompiledQuery.raw('rollback'));
    await writing.executeQuery(CompiledQuery.raw('begin immediate'));
    writing.beginTransaction();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
    (connection as SqliteStoreConnection).endTransaction();
  }

  // A full disk has SQLite roll back by itself; to ask again would fail, and hide what went wrong.
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      if (this.#writer.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
    } finally {
      (connection as SqliteStoreConnection).endTransaction();
    }
  }

  async savepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    this.#ways.writing.prepare(`savepoint ${name}`).run();
  }

  async rollbackToSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    this.#ways.writing.prepare(`rollback to ${name}`).run();
  }

  async releaseSavepoint(_connection: DatabaseConnection, name: string): Promise<void> {
    this.#ways.writing.prepare(`release ${name}`).run();
  }

  // The writer last: who closes last takes the write-ahead log along, and a reader may not.
  async destroy(): Promise<void> {
    this.#reader?.close();
    this.#writer.close();
  }
}

type Ways = Readonly<{
  writer: Database.Database;
  /** Whose turn it is to write. */
  turn: Mutex;
  writing: StatementShelf;
  reading: StatementShelf | undefined;
}>;

/** What Kysely takes for a connection: a right to read at once, and to write when it is our turn. */
class SqliteStoreConnection implements DatabaseConnection {
  readonly #ways: Ways;
  #state: 'reading' | 'our turn' | 'in transaction' = 'reading';

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  async waitForTurn(): Promise<void> {
    await this.#ways.turn.take();
    this.#state = 'our turn';
  }

  beginTransaction(): void {
    this.#state = 'in transaction';
  }

  endTransaction(): void {
    if (this.#state === 'reading') return;
    this.#state = 'reading';
    this.#ways.turn.giveBack();
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { writer, reading, writing } = this.#ways;
    if (this.#state === 'reading') {
      if (reading !== undefined && SelectQueryNode.is(query.query)) return reading.run<Row>(query);
      return this.#aloneOnTheWriter(query);
    }
    // SQLite has given up the transaction by itself, and whatever came now would be kept at once.
    if (this.#state === 'in transaction' && !writer.inTransaction) throw new TransactionGone();
    return writing.run<Row>(query);
  }

  streamQuery(): never {
    throw new Error('Nothing is streamed from SQLite');
  }

  async #aloneOnTheWriter<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#ways.turn.take();
    try {
      return this.#ways.writing.run<Row>(query);
    } finally {
      this.#ways.turn.giveBack();
    }
  }
}

/** SQLite has rolled back by itself, as it does when the disk is full. */
export class TransactionGone extends Error {
  override readonly name = 'TransactionGone';

  constructor() {
    super('The transaction was already rolled back');
  }
}
