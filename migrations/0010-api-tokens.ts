import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** API tokens. A token ends with the account of its owner; one without an owner was made by root. */
export const apiTokens: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);

    await db.schema
      .createTable('api_tokens')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('owner_id', type.id, (column) => column.references('users.id').onDelete('cascade'))
      .addColumn('name', type.text, (column) => column.notNull())
      .addColumn('token_hash', type.text, (column) => column.notNull().unique())
      .addColumn('hint', type.text, (column) => column.notNull())
      .addColumn('scopes', type.text, (column) => column.notNull())
      .addColumn('products', type.text, (column) => column.notNull())
      .addColumn('networks', type.text, (column) => column.notNull())
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('days', type.whole, (column) => column.notNull())
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .addColumn('previous_hash', type.text, (column) => column.unique())
      .addColumn('previous_valid_until', type.instant)
      .addColumn('last_used_at', type.instant)
      .addColumn('last_used_ip', type.text)
      .addColumn('version', type.whole, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
    await db.schema.createIndex('api_tokens_by_owner').on('api_tokens').columns(['owner_id', 'expires_at']).execute();
    await db.schema.createIndex('api_tokens_by_expiry').on('api_tokens').column('expires_at').execute();
  },
};
