import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/** A user may have a role since a moment. Existing users have none. */
export const staff: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema.alterTable('users').addColumn('role', type.text).execute();
    await db.schema.alterTable('users').addColumn('role_since', type.instant).execute();
    // Partial, so that users without a role cost nothing.
    await sql`create index staff_by_id on users (id) where role is not null`.execute(db);
  },
};
