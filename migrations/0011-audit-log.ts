import { type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/**
 * The audit log and the ends of its chain. An entry is text, because a JSON column changes the bytes that are hashed. The
 * columns beside it are for look-ups; those of the chain are null until the entry is sealed.
 */
export const auditLog: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    const count = db.getExecutor().adapter instanceof PostgresAdapter ? sql`bigint` : type.whole;

    await db.schema
      .createTable('audit_entries')
      .addColumn('id', type.id, (column) => column.primaryKey())
      .addColumn('entry', type.text, (column) => column.notNull())
      .addColumn('at', type.instant, (column) => column.notNull())
      .addColumn('actor_kind', type.text, (column) => column.notNull())
      .addColumn('actor_id', type.text)
      .addColumn('action', type.text, (column) => column.notNull())
      .addColumn('subject_kind', type.text, (column) => column.notNull())
      .addColumn('subject_id', type.text)
      .addColumn('request_id', type.text)
      .addColumn('ip', type.text)
      .addColumn('user_agent', type.text)
      .addColumn('seq', count)
      .addColumn('prev', type.text)
      .addColumn('hash', type.text)
      .addColumn('sealed_at', type.instant)
      .modifyEnd(tableEnd(db))
      .execute();
    // Partial: an entry is in the first or in the second, and absent values cost nothing.
    await sql`create unique index audit_entries_by_seq on audit_entries (seq) where seq is not null`.execute(db);
    await sql`create index audit_entries_unsealed on audit_entries (id) where seq is null`.execute(db);
    await sql`create index audit_entries_by_actor on audit_entries (actor_id, id) where actor_id is not null`.execute(
      db,
    );
    await sql`create index audit_entries_by_subject on audit_entries (subject_id, id) where subject_id is not null`.execute(
      db,
    );
    await db.schema.createIndex('audit_entries_by_time').on('audit_entries').columns(['at', 'id']).execute();
    await sql`create index audit_entries_by_action on audit_entries (action, id)`.execute(db);
    await sql`create index audit_entries_by_request on audit_entries (request_id, id) where request_id is not null`.execute(
      db,
    );

    await db.schema
      .createTable('audit_chain')
      .addColumn('name', type.text, (column) => column.primaryKey())
      .addColumn('seq', count, (column) => column.notNull())
      .addColumn('hash', type.text, (column) => column.notNull())
      .addColumn('at', type.instant)
      .modifyEnd(tableEnd(db))
      .execute();
  },
};
