import {
  type CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  PostgresAdapter,
  PostgresDialect,
  type QueryResult,
} from 'kysely';
import { isDeferrable, type PreparedRead, type ReadConnection } from '../compiled-query.ts';
import type { QueryObserver } from '../open-database.ts';
import { BEGIN_STATEMENT, type PostgresConnection } from './postgres-connection.ts';
import { type PoolOptions, PostgresPool } from './postgres-pool.ts';
import type { PostgresAddress } from './postgres-url.ts';

/**
 * The start of a transaction behind a pooler, in one message. `set local` ends with the transaction, so that nothing stays on a
 * connection that a pooler lends to another client. The server gives up before the service does: on a row that stays
 * locked, on a long statement, and on a process that stops in the middle of a transaction.
 */
const BEGIN = [
  BEGIN_STATEMENT,
  "set local statement_timeout = '5s'",
  "set local lock_timeout = '4s'",
  "set local idle_in_transaction_session_timeout = '20s'",
].join(';');

/** For migrations and copies, which may take as long as they need. */
const PATIENT_BEGIN = [
  BEGIN_STATEMENT,
  'set local statement_timeout = 0',
  'set local lock_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
].join(';');

/** Kysely's dialect on a pool of our own. Migrations take their lock inside the transaction, not for the session. */
export class GuildhallPostgresDialect extends PostgresDialect {
  readonly pool: PostgresPool;
  readonly #begin: string;

  constructor(address: PostgresAddress, options: PoolOptions) {
    super({ pool: async () => Promise.reject(new Error('The driver has its own pool')) });
    this.pool = new PostgresPool(address, options);
    this.#begin = options.isPatient ? PATIENT_BEGIN : BEGIN;
  }

  override createDriver(): Driver {
    return new PostgresStoreDriver(this.pool, this.#begin);
  }

  override createAdapter(): DialectAdapter {
    return new GuildhallPostgresAdapter();
  }
}

/** migrate.ts takes the lock. Kysely's own lock belongs to the session. */
class GuildhallPostgresAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

class PostgresStoreDriver implements Driver {
  readonly #pool: PostgresPool;
  readonly #begin: string;

  constructor(pool: PostgresPool, begin: string) {
    this.#pool = pool;
    this.#begin = begin;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PostgresStoreConnection(this.#pool);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as PostgresStoreConnection).endTransaction();
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresStoreConnection).beginTransaction(this.#begin);
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresStoreConnection).commit();
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return (connection as PostgresStoreConnection).rollback();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** A connection as Kysely sees it: a transaction has one of the pool for itself, other statements take any. */
class PostgresStoreConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  #transaction: PostgresConnection | undefined;
  #release: (() => void) | undefined;
  /** Waits for the next statement or the end of the transaction. */
  #deferred: CompiledQuery | undefined;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async beginTransaction(begin: string): Promise<void> {
    [this.#transaction, this.#release] = await this.#pool.acquire();
    if (this.#transaction.beginWithNextStatement()) return;
    try {
      await this.#transaction.query(begin, []);
    } catch (error) {
      // The server may be in the transaction already.
      await this.rollback().catch(() => {});
      throw error;
    }
  }

  async commit(): Promise<void> {
    const deferred = this.#deferred;
    this.#deferred = undefined;
    if (deferred === undefined) await this.#transaction?.query('commit', []);
    else await this.#transaction?.queryThenCommit(deferred.sql, deferred.parameters);
  }

  async rollback(): Promise<void> {
    this.#deferred = undefined;
    // Closing a broken connection rolls back too.
    if (this.#transaction?.isUsable) await this.#transaction.query('rollback', []);
  }

  endTransaction(): void {
    this.#release?.();
    this.#transaction = undefined;
    this.#release = undefined;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#deferred !== undefined) {
      const { sql, parameters } = this.#deferred;
      this.#deferred = undefined;
      await this.#transaction?.query(sql, parameters);
    }
    if (this.#transaction?.commitsWithStatement && isDeferrable(query.sql)) {
      this.#deferred = query;
      return { rows: [] };
    }
    const { sql, parameters } = query;
    const { command, rowCount, rows } = await (this.#transaction ?? this.#pool).query(sql, parameters);
    return WRITES.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows };
  }

  streamQuery(): never {
    throw new Error('Nothing is streamed from Postgres');
  }
}

/** Reads on any connection, outside a transaction. */
export class PostgresReads implements ReadConnection {
  readonly #pool: PostgresPool;
  readonly #observe: QueryObserver | undefined;

  constructor(pool: PostgresPool, observe?: QueryObserver) {
    this.#pool = pool;
    this.#observe = observe;
  }

  prepareRead<Row>({ sql }: CompiledQuery<Row>): PreparedRead<Row> {
    return async (parameters) => {
      const start = performance.now();
      try {
        return await this.#pool.read(sql, parameters);
      } finally {
        this.#observe?.('select', performance.now() - start);
      }
    };
  }
}
