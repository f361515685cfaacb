import type { CompiledQuery } from 'kysely';
import type { DirectQuestion, DirectReads } from './direct-reads.ts';
import type { PatientPool } from './postgres-pool.ts';
import type { QueryObserver } from './query-observer.ts';

/** Asks on whichever connection is free, outside of any transaction. */
export class PostgresReads implements DirectReads {
  readonly #pool: PatientPool;
  readonly #observe: QueryObserver | undefined;

  constructor(pool: PatientPool, observe?: QueryObserver) {
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
