import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/** Marks the sample administrator, which production refuses. Existing users are none. */
export const sampleAdmin: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .alterTable('users')
      .addColumn('is_sample', type.whole, (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
