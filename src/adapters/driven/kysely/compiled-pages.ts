import type { Compilable, Kysely } from 'kysely';
import { compiledOnce } from './compiled-once.ts';
import { madeOnce } from './made-once.ts';
import type { Schema } from './schema.ts';

/** The rows of a page, for the values of its parameters. */
export type Page<Row> = ReturnType<typeof compiledOnce<Row>>;

/**
 * A list that is often asked for: one hot question for each size of a page, of which there are a hundred. The limit is
 * written into it, not handed in with it: SQLite plans a `limit ?` anew whenever it is asked.
 * @param build the query of a page of `limit` rows, as for {@link compiledOnce}
 */
export const compiledPages = <Row>(
  db: Kysely<Schema>,
  build: (db: Kysely<Schema>, limit: number) => Compilable<Row>,
): ((limit: number) => Page<Row>) => madeOnce((limit) => compiledOnce<Row>(db, (kysely) => build(kysely, limit)));
