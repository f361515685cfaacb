import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Facts about the store itself, such as the id of the key that seals its values. */
export const storeFacts: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);

    await db.schema
      .createTable('store_facts')
      .addColumn('name', type.text, (column) => column.primaryKey())
      .addColumn('value', type.text, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
  },
};
