import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Licenses, their activations, and the keys that sign license files. */
export const licenses: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    const end = tableEnd(db);

    await db.schema
      .createTable('licenses')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('license_key', type.text, (column) => column.notNull().unique())
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('product', type.text)
      .addColumn('status', type.text, (column) => column.notNull())
      .addColumn('issued_at', type.instant, (column) => column.notNull())
      .addColumn('starts_at', type.instant, (column) => column.notNull())
      .addColumn('expires_at', type.instant)
      .addColumn('grace_days', type.whole, (column) => column.notNull())
      .addColumn('grace_ends_at', type.instant)
      .addColumn('max_activations', type.whole)
      .addColumn('activations', type.whole, (column) => column.notNull())
      // Text on every database: what a vendor wrote comes back as it was written.
      .addColumn('entitlements', type.text, (column) => column.notNull())
      .addColumn('metadata', type.text, (column) => column.notNull())
      .addColumn('last_validated_at', type.instant)
      .addColumn('version', type.whole, (column) => column.notNull())
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('licenses_by_user').on('licenses').columns(['user_id', 'id']).execute();
    await db.schema.createIndex('licenses_by_product').on('licenses').columns(['product', 'id']).execute();
    await db.schema.createIndex('licenses_by_status').on('licenses').columns(['status', 'id']).execute();
    await db.schema.createIndex('licenses_by_end').on('licenses').columns(['expires_at', 'id']).execute();

    await db.schema
      .createTable('license_activations')
      .addColumn('license_id', type.id, (column) => column.notNull().references('licenses.id').onDelete('cascade'))
      .addColumn('fingerprint', type.text, (column) => column.notNull())
      .addColumn('name', type.text)
      .addColumn('activated_at', type.instant, (column) => column.notNull())
      .addPrimaryKeyConstraint('license_activations_pk', ['license_id', 'fingerprint'])
      .modifyEnd(end)
      .execute();

    await db.schema
      .createTable('signing_keys')
      .addColumn('kid', type.text, (column) => column.primaryKey())
      .addColumn('slot', type.text, (column) => column.unique())
      .addColumn('public_key', type.text, (column) => column.notNull())
      .addColumn('sealed_private_key', type.text)
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('longest_ttl_s', type.whole, (column) => column.notNull())
      .addColumn('shown_until', type.instant)
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('signing_keys_by_end').on('signing_keys').column('shown_until').execute();
  },
};
