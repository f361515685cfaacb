import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** What happened on each day, so that no page counts the rows of a large table. Days before the migration have none. */
export const dailyCounts: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .createTable('daily_counts')
      .addColumn('day', type.text, (column) => column.notNull())
      .addColumn('name', type.text, (column) => column.notNull())
      .addColumn('count', type.whole, (column) => column.notNull())
      .addPrimaryKeyConstraint('daily_counts_key', ['day', 'name'])
      .modifyEnd(tableEnd(db))
      .execute();
  },
};
