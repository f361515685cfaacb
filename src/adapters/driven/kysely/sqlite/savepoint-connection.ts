import {
  type ConnectionProvider,
  type ControlledTransaction,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  SqliteDialect,
} from 'kysely';
import type { Database, Schema } from '../schema.ts';

/** The connection of one unit of work inside a shared transaction. Rejects queries after the end of that unit. */
export class SavepointConnection implements ConnectionProvider {
  readonly database: Database;
  readonly #transaction: ControlledTransaction<Schema>;
  #end: 'committed' | 'rolled back' | undefined;

  constructor(transaction: ControlledTransaction<Schema>) {
    this.#transaction = transaction;
    const executor = transaction.getExecutor().withConnectionProvider(this);
    this.database = new Kysely<Schema>({ ...PROPS, executor });
  }

  provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(new Error(`This unit of work is already ${this.#end}`));
    return this.#transaction.getExecutor().provideConnection(consumer);
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
