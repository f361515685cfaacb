import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Log-ins that wait for a code. A user row repeats whether there is a second factor, so that a session is one look-up. */
export const loginChallenges: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema
      .alterTable('users')
      .addColumn('mfa', type.whole, (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createTable('login_challenges')
      .addColumn('token_hash', type.text, (column) => column.primaryKey())
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('password_digest', type.text, (column) => column.notNull())
      .addColumn('earlier_token_hash', type.text)
      .addColumn('failures', type.whole, (column) => column.notNull())
      .addColumn('requested_at', type.instant, (column) => column.notNull())
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
    await db.schema.createIndex('login_challenges_by_user').on('login_challenges').column('user_id').execute();
    await db.schema.createIndex('login_challenges_by_end').on('login_challenges').column('expires_at').execute();
  },
};
