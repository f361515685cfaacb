import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Results of checks of developer pairs. */
export const developerPairs: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);

    await db.schema
      .createTable('pair_checks')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('first', type.text, (column) => column.notNull())
      .addColumn('second', type.text, (column) => column.notNull())
      .addColumn('checked_at', type.instant, (column) => column.notNull())
      .addColumn('organisations', type.json)
      .modifyEnd(tableEnd(db))
      .execute();
    await db.schema.createIndex('pair_checks_by_pair').on('pair_checks').columns(['first', 'second', 'id']).execute();
  },
};
