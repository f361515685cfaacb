import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes, tableEnd } from './column-types.ts';

/** Answers to requests with an idempotency key. The answer is text: a JSON column would change its bytes. */
export const idempotencyRecords: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);

    await db.schema
      .createTable('idempotency_records')
      .addColumn('key', type.text, (column) => column.primaryKey())
      .addColumn('fingerprint', type.text, (column) => column.notNull())
      .addColumn('answer', type.text)
      .addColumn('expires_at', type.instant, (column) => column.notNull())
      .modifyEnd(tableEnd(db))
      .execute();
    await db.schema
      .createIndex('idempotency_records_by_expiry')
      .on('idempotency_records')
      .column('expires_at')
      .execute();
  },
};
