import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import { type DirectQuestion, directReadsOf } from './direct-reads.ts';
import type { Schema } from './schema.ts';

/**
 * A hot question: built and compiled at its first use, afterwards only its parameters change.
 * @param build the query with any values where the parameters go, in the order they are given later
 */
export const compiledOnce = <Row>(
  db: Kysely<Schema>,
  build: (db: Kysely<Schema>) => Compilable<Row>,
): ((...parameters: readonly unknown[]) => Promise<readonly Row[]>) => {
  let compiled: CompiledQuery<Row> | undefined;
  let direct: DirectQuestion<Row> | undefined;
  return async (...parameters) => {
    if (direct !== undefined) return direct(parameters);
    compiled ??= build(db).compile();
    // The first goes through Kysely in any case: it closes nothing that it has never used.
    direct = directReadsOf(db)?.question(compiled);
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
};
