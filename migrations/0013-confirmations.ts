import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/**
 * A user may have confirmed the address, and may have a new address that is not confirmed yet. Existing addresses are not
 * confirmed.
 */
export const confirmations: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema.alterTable('users').addColumn('email_confirmed_at', type.instant).execute();
    await db.schema.alterTable('users').addColumn('pending_email', type.text).execute();

    await db.schema
      .createTable('confirmations')
      .addColumn('token_hash', type.text, (column) => column.primaryKey())
      .addColumn('purpose', type.text, (column) => column.notNull())
      .addColumn('user_id', type.id, (column) => column.references('users.id').onDelete('cascade'))
      .addColumn('email', type.text, (column) => column.notNull())
      .addColumn('requested_at', type.instant, (column) => column.notNull())
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
    await db.schema.createIndex('confirmations_by_user').on('confirmations').column('user_id').execute();
    await db.schema.createIndex('confirmations_by_end').on('confirmations').column('expires_at').execute();
  },
};
