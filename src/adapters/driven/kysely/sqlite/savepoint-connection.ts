import { type ConnectionProvider, type DatabaseConnection, DummyDriver, Kysely, SqliteDialect } from 'kysely';
import type { Database, Schema } from '../schema.ts';

/** The connection of one unit of work inside a shared transaction. Rejects queries after the end of that unit. */
export class SavepointConnection implements ConnectionProvider {
  readonly database: Database;
  readonly #connection: DatabaseConnection;
  #end: 'committed' | 'rolled back' | undefined;

  /** @param connection that of the transaction, which stays open until the end of the unit */
  constructor(transaction: Database, connection: DatabaseConnection) {
    this.#connection = connection;
    const executor = transaction.getExecutor().withConnectionProvider(this);
    this.database = new Kysely<Schema>({ ...PROPS, executor });
  }

  /** perf: without the queue of Kysely's transaction, which SQLite needs not: it runs one statement at a time. */
  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (this.#end !== undefined) throw new Error(`This unit of work is already ${this.#end}`);
    return consumer(this.#connection);
  }

  end(how: 'release' | 'rollback'): void {
    this.#end = how === 'release' ? 'committed' : 'rolled back';
  }
}

// Kysely uses the driver to begin transactions and to close. A unit of work does neither.
const dialect = new SqliteDialect({
  database: async () => Promise.reject(new Error('A savepoint has no database of its own')),
});
const PROPS = { config: { dialect }, dialect, driver: new DummyDriver() };
