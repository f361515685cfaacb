import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Users, their sessions and password resets, counters of attempts, and queued emails. */
export const accounts: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    const end = tableEnd(db);

    await db.schema
      .createTable('users')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('email', type.text, (column) => column.notNull())
      .addColumn('email_canonical', type.text, (column) => column.notNull().unique())
      .addColumn('name', type.text)
      .addColumn('age', type.whole)
      .addColumn('password_hash', type.text)
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('version', type.whole, (column) => column.notNull())
      .modifyEnd(end)
      .execute();

    await db.schema
      .createTable('sessions')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('user_id', type.id, (column) => column.notNull().references('users.id').onDelete('cascade'))
      .addColumn('token_hash', type.text, (column) => column.notNull().unique())
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('last_seen_at', type.instant, (column) => column.notNull())
      .addColumn('ip', type.text, (column) => column.notNull())
      .addColumn('user_agent', type.text, (column) => column.notNull())
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('sessions_by_user').on('sessions').columns(['user_id', 'id']).execute();
    await db.schema.createIndex('sessions_by_beginning').on('sessions').column('created_at').execute();
    await db.schema.createIndex('sessions_by_last_visit').on('sessions').column('last_seen_at').execute();

    await db.schema
      .createTable('password_resets')
      .addColumn('user_id', type.id, (column) => column.primaryKey().references('users.id').onDelete('cascade'))
      .addColumn('token_hash', type.text, (column) => column.notNull().unique())
      .addColumn('requested_at', type.instant, (column) => column.notNull())
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('password_resets_by_end').on('password_resets').column('expires_at').execute();

    await db.schema
      .createTable('attempts')
      .addColumn('key', type.text, (column) => column.primaryKey())
      .addColumn('count', type.whole, (column) => column.notNull())
      .addColumn('resets_at', type.instant, (column) => column.notNull())
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('attempts_by_end').on('attempts').column('resets_at').execute();

    await db.schema
      .createTable('outbox')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('letter', type.json, (column) => column.notNull())
      .addColumn('created_at', type.instant, (column) => column.notNull())
      .addColumn('due_at', type.instant)
      .addColumn('attempts', type.whole, (column) => column.notNull())
      .addColumn('last_failure', type.text)
      .modifyEnd(end)
      .execute();
    await db.schema.createIndex('outbox_by_due').on('outbox').columns(['due_at', 'id']).execute();
  },
};
