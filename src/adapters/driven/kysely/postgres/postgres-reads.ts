import type { CompiledQuery } from 'kysely';
import type { PreparedRead, ReadConnection } from '../compiled-query.ts';
import type { QueryObserver } from '../open-database.ts';
import type { ResilientPool } from './postgres-pool.ts';

/** Reads on any free connection, outside a transaction. */
export class PostgresReads implements ReadConnection {
  readonly #pool: ResilientPool;
  readonly #observe: QueryObserver | undefined;

  constructor(pool: ResilientPool, observe?: QueryObserver) {
    this.#pool = pool;
    this.#observe = observe;
  }

  prepareRead<Row>({ sql }: CompiledQuery<Row>): PreparedRead<Row> {
    return async (parameters) => {
      const connection = await this.#pool.connect();
      const start = performance.now();
      try {
        return (await connection.query<Row>(sql, parameters)).rows;
      } finally {
        connection.release();
        this.#observe?.('select', performance.now() - start);
      }
    };
  }
}
