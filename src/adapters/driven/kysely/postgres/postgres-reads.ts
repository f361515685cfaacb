import type { CompiledQuery } from 'kysely';
import type { DirectQuestion, DirectReads } from '../direct-reads.ts';
import type { QueryObserver } from '../query-observer.ts';
import type { ResilientPool } from './postgres-pool.ts';

/** Asks on whichever connection is free, outside of any transaction. */
export class PostgresReads implements DirectReads {
  readonly #pool: ResilientPool;
  readonly #observe: QueryObserver | undefined;

  constructor(pool: ResilientPool, observe?: QueryObserver) {
    this.#pool = pool;
    this.#observe = observe;
  }

  question<Row>({ sql }: CompiledQuery<Row>): DirectQuestion<Row> {
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
