import {
  CompiledQuery,
  type DialectAdapter,
  type Driver,
  PostgresAdapter,
  PostgresDialect,
  PostgresDriver,
} from 'kysely';
import { type PoolOptions, ResilientPool } from './postgres-pool.ts';
import type { PostgresAddress } from './postgres-url.ts';

/**
 * How each transaction begins, in one message. What is set ends with it, so that nothing is left on a connection that a
 * pooler lends to the next one. Who waits for a row gives up after a while, and so does the server where we fall asleep
 * holding one.
 */
const BEGIN = [
  'begin isolation level read committed',
  "set local statement_timeout = '5s'",
  "set local lock_timeout = '4s'",
  "set local idle_in_transaction_session_timeout = '20s'",
].join(';');

/**
 * Kysely's dialect with three habits changed: connections are watched and statements prepared (see {@link ResilientPool}),
 * a transaction says what it expects, and nothing outlives a transaction: migrations too are locked inside of one.
 */
export class GuildhallPostgresDialect extends PostgresDialect {
  readonly pool: ResilientPool;
  readonly #begin: string;

  constructor(address: PostgresAddress, options: PoolOptions) {
    const pool = new ResilientPool(address, options);
    super({ pool });
    this.pool = pool;
    this.#begin = options.isPatient ? 'begin isolation level read committed' : BEGIN;
  }

  override createDriver(): Driver {
    return new BriefPostgresDriver(this.pool, this.#begin);
  }

  override createAdapter(): DialectAdapter {
    return new UnlockedAdapter();
  }
}

/** Whoever migrates has the lock already (see migrate.ts). Kysely's own stays with the session. */
class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}

  override async releaseMigrationLock(): Promise<void> {}
}

class BriefPostgresDriver extends PostgresDriver {
  readonly #begin: string;

  constructor(pool: ResilientPool, begin: string) {
    super({ pool });
    this.#begin = begin;
  }

  override async beginTransaction(connection: Parameters<PostgresDriver['rollbackTransaction']>[0]): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(this.#begin));
    } catch (error) {
      // Half begun; nobody else would end it.
      await this.rollbackTransaction(connection).catch(() => {});
      throw error;
    }
  }
}
