import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** A session has what each request needs to know of its user, so that the look-up of a token reads no second table. */
export const usersOfSessions: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    // A table of its own, because SQLite adds no column that must have a value.
    await db.schema
      .createTable('new_sessions')
      .addColumn('id', type.id, (column) => column.notNull())
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('token_hash', type.text, (column) => column.notNull())
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('last_seen_at', type.instant, (column) => column.notNull())
      .addColumn('ip', type.text, (column) => column.notNull())
      .addColumn('user_agent', type.text, (column) => column.notNull())
      .addColumn('elevated_until', type.instant)
      .addColumn('user_email', type.text, (column) => column.notNull())
      .addColumn('user_role', type.text)
      .addColumn('user_is_sample', type.whole, (column) => column.notNull())
      .addColumn('user_mfa', type.whole, (column) => column.notNull())
      .addPrimaryKeyConstraint('sessions_key', ['id'])
      .modifyEnd(tableEnd(db))
      .execute();
    await sql`
      insert into new_sessions (id, user_id, token_hash, created_at, last_seen_at, ip, user_agent, elevated_until,
        user_email, user_role, user_is_sample, user_mfa)
      select sessions.id, user_id, token_hash, sessions.created_at, last_seen_at, ip, user_agent, elevated_until,
        email, role, is_sample, mfa
      from sessions join users on users.id = sessions.user_id order by sessions.id
    `.execute(db);
    await db.schema.dropTable('sessions').execute();
    await db.schema.alterTable('new_sessions').renameTo('sessions').execute();
    await db.schema.createIndex('sessions_by_token').unique().on('sessions').column('token_hash').execute();
    await db.schema.createIndex('sessions_by_user').on('sessions').columns(['user_id', 'id']).execute();
    await db.schema.createIndex('sessions_by_beginning').on('sessions').column('created_at').execute();
    await db.schema.createIndex('sessions_by_last_visit').on('sessions').column('last_seen_at').execute();
  },
};
