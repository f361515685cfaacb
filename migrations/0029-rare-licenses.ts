import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The console lists licenses that are few among many: those issued for a later day, and the suspended and revoked ones of one
 * product. The indexes have these licenses alone, so that issuing any other writes no page more.
 */
export const rareLicenses: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create index licenses_issued_ahead on licenses (id) where starts_at > issued_at`.execute(db);
    await sql`
      create index licenses_by_product_and_status on licenses (product, status, id)
      where status <> 'active'
    `.execute(db);
  },
};
