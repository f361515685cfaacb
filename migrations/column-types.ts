import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

type ColumnType = RawBuilder<unknown>;

/**
 * The proper type of each database for what we keep, so that one set of migrations serves both. Text is compared byte by
 * byte on both: pages go on where they ended whatever language the server speaks, and no index goes stale with its locale.
 */
export const columnTypes = (
  db: Kysely<unknown>,
): Readonly<Record<'id' | 'instant' | 'json' | 'text' | 'whole', ColumnType>> =>
  db.getExecutor().adapter instanceof PostgresAdapter
    ? { id: sql`uuid`, instant: sql`timestamptz`, json: sql`jsonb`, text: sql`text collate "C"`, whole: sql`integer` }
    : { id: sql`text`, instant: sql`text`, json: sql`text`, text: sql`text`, whole: sql`integer` };

/** What ends a `create table`: SQLite checks types only in strict tables. */
export const tableEnd = (db: Kysely<unknown>): RawBuilder<unknown> =>
  db.getExecutor().adapter instanceof PostgresAdapter ? sql`` : sql`strict`;
