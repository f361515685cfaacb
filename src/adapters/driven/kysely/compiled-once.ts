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
    direct = directReadsOf(db)?.question(compiled);
    if (direct !== undefined) return direct(parameters);
    const { rows } = await db.executeQuery<Row>({ ...compiled, parameters });
    return rows;
  };
};
