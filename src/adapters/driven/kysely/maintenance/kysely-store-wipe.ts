import { sql } from 'kysely';
import type { StoreWipe } from '../../../../ports/store-wipe.ts';
import { type Database, locksRows, type Schema } from '../schema.ts';
import { withRetry } from '../with-retry.ts';

/** Children first, though deleting users would take them along: the order is a list of all we keep. */
const TABLES = [
  'pair_checks',
  'license_activations',
  'licenses',
  'signing_keys',
  'outbox',
  'attempts',
  'password_resets',
  'sessions',
  'users',
] as const satisfies (keyof Schema)[];

export class KyselyStoreWipe implements StoreWipe {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  wipe(): Promise<void> {
    return withRetry(() =>
      this.#db.transaction().execute(async (tx) => {
        // Waits for who is writing, whose rows would else outlive us. People first, as everybody who writes begins.
        const tables = sql.join(TABLES.toReversed().map((table) => sql.table(table)));
        if (locksRows(tx)) await sql`lock table ${tables} in share row exclusive mode`.execute(tx);
        for (const table of TABLES) await tx.deleteFrom(table).execute();
      }),
    );
  }
}
