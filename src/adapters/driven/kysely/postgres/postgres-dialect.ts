import {
  type CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  PostgresAdapter,
  PostgresDialect,
  type QueryResult,
} from 'kysely';
import { deferral } from '../compiled-query.ts';
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
const BEGIN_WITHOUT_TIMEOUTS = [
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
    this.#begin = options.hasNoTimeouts ? BEGIN_WITHOUT_TIMEOUTS : BEGIN;
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

/** More would wait for their answer longer than a statement may. */
const MAX_DEFERRED = 16;

const WRITES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** A connection as Kysely sees it: a transaction has one of the pool for itself, other statements take any. */
class PostgresStoreConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  #transaction: PostgresConnection | undefined;
  #release: (() => void) | undefined;
  #end: 'committed' | 'rolled back' | undefined;
  /** Wait for the next statement or the end of the transaction. */
  #deferred: readonly CompiledQuery[] = [];

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
    const deferred = this.#takeDeferred();
    this.#end = 'committed';
    if (deferred.length === 0) await this.#transaction?.query('commit', []);
    else await this.#transaction?.queryThenCommit(deferred, translationFor(deferred));
  }

  async rollback(): Promise<void> {
    this.#deferred = [];
    this.#end = 'rolled back';
    // Closing a broken connection rolls back too.
    if (this.#transaction?.isUsable) await this.#transaction.query('rollback', []);
  }

  endTransaction(): void {
    this.#release?.();
    this.#transaction = undefined;
    this.#release = undefined;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    // Work that was given up goes on; the server would run its statement behind the end of the transaction and keep it.
    if (this.#end !== undefined) throw new Error(`The transaction was already ${this.#end}`);
    const transaction = this.#transaction;
    if (transaction?.commitsWithStatements && this.#deferred.length < MAX_DEFERRED && deferral(query.sql)) {
      this.#deferred = [...this.#deferred, query];
      return { rows: [] };
    }
    const { sql, parameters } = query;
    const deferred = this.#takeDeferred();
    const result = transaction?.queryAll([...deferred, query], translationFor(deferred));
    const { command, rowCount, rows } = await (result ?? this.#pool.query(sql, parameters));
    return WRITES.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows };
  }

  #takeDeferred(): readonly CompiledQuery[] {
    const deferred = this.#deferred;
    this.#deferred = [];
    return deferred;
  }

  streamQuery(): never {
    throw new Error('Nothing is streamed from Postgres');
  }
}

/** The error of a deferred statement as its caller would have reported it. */
const translationFor =
  (deferred: readonly CompiledQuery[]) =>
  (error: unknown, index: number): unknown =>
    deferral(deferred[index]?.sql)?.errorOf(error) ?? error;
