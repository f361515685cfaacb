import { sql } from 'kysely';
import type { StoreWipe } from '../../../../ports/store-wipe.ts';
import { type Database, locksRows, PRIMARY_KEYS } from '../schema.ts';
import { withRetry } from '../with-retry.ts';

const TABLES = Object.keys(PRIMARY_KEYS) as (keyof typeof PRIMARY_KEYS)[];

export class KyselyStoreWipe implements StoreWipe {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  wipe(): Promise<void> {
    return withRetry(() =>
      this.#db.transaction().execute(async (tx) => {
        // Waits for writers, whose rows would otherwise survive. Users first, because writers lock them first.
        const tables = sql.join(TABLES.map((table) => sql.table(table)));
        if (locksRows(tx)) await sql`lock table ${tables} in share row exclusive mode`.execute(tx);
        for (const table of TABLES.toReversed()) await tx.deleteFrom(table).execute();
      }),
    );
  }
}
