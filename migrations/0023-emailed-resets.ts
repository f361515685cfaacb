import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/** A reset confirms the address only where its token was sent there. Of a pending one that is not known. */
export const emailedResets: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .alterTable('password_resets')
      .addColumn('confirms_email', type.whole, (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
