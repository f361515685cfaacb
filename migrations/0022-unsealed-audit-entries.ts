import { type CreateTableBuilder, type Kysely, PostgresAdapter, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/**
 * Audit entries are written into a table of their own, and moved to the sealed ones with their place in the chain. A write
 * maintains one index in place of seven. The number in the chain is the primary key, and an index by time is not needed:
 * numbers and times have nearly the same order.
 */
export const unsealedAuditEntries: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    const count = db.getExecutor().adapter instanceof PostgresAdapter ? sql`bigint` : type.whole;
    const withEntry = <Table extends string>(table: CreateTableBuilder<Table, never>) =>
      table
        .addColumn('id', type.id, (column) => column.notNull())
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
        .modifyEnd(tableEnd(db));

    await withEntry(db.schema.createTable('unsealed_audit_entries'))
      .addPrimaryKeyConstraint('unsealed_audit_entries_key', ['id'])
      .execute();
    await withEntry(db.schema.createTable('sealed_audit_entries'))
      .addColumn('seq', count, (column) => column.notNull())
      .addColumn('prev', type.text, (column) => column.notNull())
      .addColumn('hash', type.text, (column) => column.notNull())
      .addColumn('sealed_at', type.instant, (column) => column.notNull())
      // On SQLite the rows are stored in this order, so that the newest are together.
      .addPrimaryKeyConstraint('audit_entries_key', ['seq'])
      .execute();

    const entry = sql`id, entry, at, actor_kind, actor_id, action, subject_kind, subject_id, request_id, ip, user_agent`;
    await sql`insert into unsealed_audit_entries (${entry}) select ${entry} from audit_entries where seq is null`.execute(
      db,
    );
    const sealed = sql`${entry}, seq, prev, hash, sealed_at`;
    await sql`
      insert into sealed_audit_entries (${sealed}) select ${sealed} from audit_entries where seq is not null order by seq
    `.execute(db);
    await db.schema.dropTable('audit_entries').execute();
    await db.schema.alterTable('sealed_audit_entries').renameTo('audit_entries').execute();

    await db.schema.createIndex('audit_entries_by_id').unique().on('audit_entries').column('id').execute();
    for (const [name, column] of [
      ['actor', 'actor_id'],
      ['subject', 'subject_id'],
      ['request', 'request_id'],
    ] as const) {
      // Partial: absent values cost nothing.
      await sql`
        create index ${sql.ref(`audit_entries_by_${name}`)} on audit_entries (${sql.ref(column)}, id)
        where ${sql.ref(column)} is not null
      `.execute(db);
    }
    await db.schema.createIndex('audit_entries_by_action').on('audit_entries').columns(['action', 'id']).execute();
    // Until when addresses are erased was a time, and is a number from now on.
    await sql`delete from audit_chain where name = 'erased'`.execute(db);
  },
};
