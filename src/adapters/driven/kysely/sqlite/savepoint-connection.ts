import {
  type ConnectionProvider,
  type ControlledTransaction,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  SqliteDialect,
} from 'kysely';
import type { Schema } from '../schema.ts';

/** One unit of work's share of a transaction it has in common with others. Of no use once that unit is over. */
export class SavepointConnection implements ConnectionProvider {
  readonly database: Kysely<Schema>;
  readonly #transaction: ControlledTransaction<Schema>;
  #end: 'committed' | 'rolled back' | undefined;

  constructor(transaction: ControlledTransaction<Schema>) {
    this.#transaction = transaction;
    const executor = transaction.getExecutor().withConnectionProvider(this);
    this.database = new Kysely<Schema>({ ...NO_WAY_OUT, executor });
  }

  provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    if (this.#end !== undefined) return Promise.reject(new Error(`This unit of work is already ${this.#end}`));
    return this.#transaction.getExecutor().provideConnection(consumer);
  }

  end(how: 'release' | 'rollback'): void {
    this.#end = how === 'release' ? 'committed' : 'rolled back';
  }
}

// Kysely asks for a driver where it begins transactions or closes, and a unit of work does neither.
const dialect = new SqliteDialect({ database: async () => Promise.reject(new Error('There is none')) });
const NO_WAY_OUT = { config: { dialect }, dialect, driver: new DummyDriver() };
