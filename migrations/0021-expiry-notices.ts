import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Emails about the end of a license: the key of the table allows one of each kind for each end. */
export const expiryNotices: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .createTable('expiry_notices')
      .addColumn('license_id', type.id, (column) => column.notNull().references('licenses.id').onDelete('cascade'))
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .addColumn('days', type.whole, (column) => column.notNull())
      .addColumn('queued_at', type.instant, (column) => column.notNull())
      .addPrimaryKeyConstraint('expiry_notices_pk', ['license_id', 'expires_at', 'days'])
      .modifyEnd(tableEnd(db))
      .execute();
  },
};
