import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** A user may have a second factor, which is pending until it is confirmed, and recovery codes for it. */
export const secondFactor: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    const end = tableEnd(db);

    await db.schema
      .createTable('second_factors')
      .addColumn('user_id', type.id, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('seed', type.text, (column) => column.notNull())
      .addColumn('confirmed_at', type.instant)
      .addColumn('expires_at', type.instant)
      .addColumn('last_step', type.whole)
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('second_factors_by_end').on('second_factors').column('expires_at').execute();
    // The id of the key begins a sealed value.
    await sql`create index second_factors_by_key on second_factors (substr(seed, 1, 8), user_id)`.execute(db);

    await db.schema
      .createTable('recovery_codes')
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('hash', type.text, (column) => column.notNull())
      .addPrimaryKeyConstraint('recovery_codes_pkey', ['user_id', 'hash'])
      .modifyEnd(end)
      .execute();
  },
};
