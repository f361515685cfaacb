import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/**
 * A user may be banned since a moment. Each license repeats whether its owner is, so that a validation reads one row.
 * Existing users are not banned.
 */
export const bans: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema.alterTable('users').addColumn('banned_at', type.instant).execute();
    await db.schema.alterTable('users').addColumn('ban_reason', type.text).execute();
    await db.schema
      .alterTable('licenses')
      .addColumn('owner_banned', type.whole, (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
