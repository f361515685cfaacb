import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Networks from which users have logged in, as hashes. */
export const knownNetworks: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .createTable('known_networks')
      .addColumn('hash', type.text, (column) => column.primaryKey())
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
    const newestOfUser = ['user_id', 'expires_at', 'hash'];
    await db.schema.createIndex('known_networks_by_user').on('known_networks').columns(newestOfUser).execute();
    await db.schema.createIndex('known_networks_by_end').on('known_networks').column('expires_at').execute();
  },
};
