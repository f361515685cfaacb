import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely';

type ColumnType = RawBuilder<unknown>;

/**
 * The column types of each database, so that one set of migrations serves both. Text is compared byte by byte on both:
 * keyset pages do not depend on the locale of the server, and no index breaks when that locale changes.
 */
export const columnTypes = (
  db: Kysely<unknown>,
): Readonly<Record<'id' | 'instant' | 'json' | 'text' | 'whole', ColumnType>> =>
  db.getExecutor().adapter instanceof PostgresAdapter
    ? { id: sql`uuid`, instant: sql`timestamptz`, json: sql`jsonb`, text: sql`text collate "C"`, whole: sql`integer` }
    : { id: sql`text`, instant: sql`text`, json: sql`text`, text: sql`text`, whole: sql`integer` };

/** The end of a `create table`: SQLite checks types only in strict tables. */
export const tableEnd = (db: Kysely<unknown>): RawBuilder<unknown> =>
  db.getExecutor().adapter instanceof PostgresAdapter ? sql`` : sql`strict`;
