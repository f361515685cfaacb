import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Columns get the terms that the rest of the service uses. Not a rolling migration: version 0.1 reads the old names. */
export const standardNames: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('outbox').renameColumn('letter', 'message').execute();
    await db.schema.alterTable('outbox').renameColumn('last_failure', 'last_error').execute();
    await db.schema.alterTable('signing_keys').renameColumn('longest_ttl_s', 'max_ttl_s').execute();
    await db.schema.alterTable('signing_keys').renameColumn('shown_until', 'published_until').execute();
    if (db.getExecutor().adapter instanceof PostgresAdapter) {
      await sql`alter index sessions_by_last_visit rename to sessions_by_last_seen`.execute(db);
    } else {
      await db.schema.dropIndex('sessions_by_last_visit').execute();
      await db.schema.createIndex('sessions_by_last_seen').on('sessions').column('last_seen_at').execute();
    }
  },
};
