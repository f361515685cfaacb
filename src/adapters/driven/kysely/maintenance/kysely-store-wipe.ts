import { sql } from 'kysely';
import type { StoreWipe } from '../../../../ports/store-wipe.ts';
import { type Database, locksRows, type Schema } from '../schema.ts';
import { withRetry } from '../with-retry.ts';

/** Every table, children before their parents. */
const TABLES = [
  'audit_chain',
  'unsealed_audit_entries',
  'audit_entries',
  'store_facts',
  'daily_counts',
  'pair_checks',
  'license_activations',
  'expiry_notices',
  'licenses',
  'api_tokens',
  'signing_keys',
  'idempotency_records',
  'outbox',
  'attempts',
  'password_resets',
  'confirmations',
  'recovery_codes',
  'login_challenges',
  'known_networks',
  'second_factors',
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
        // Waits for writers, whose rows would otherwise survive. Users first, because writers lock them first.
        const tables = sql.join(TABLES.toReversed().map((table) => sql.table(table)));
        if (locksRows(tx)) await sql`lock table ${tables} in share row exclusive mode`.execute(tx);
        for (const table of TABLES) await tx.deleteFrom(table).execute();
      }),
    );
  }
}
