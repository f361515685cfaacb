import type { StoreHealth } from '../../../../ports/store-health.ts';
import type { Database } from '../schema.ts';
import { type Migrations, pendingMigrations } from './migrate.ts';

export class KyselyStoreHealth implements StoreHealth {
  readonly #db: Database;
  readonly #migrations: Migrations;

  constructor(db: Database, migrations: Migrations) {
    this.#db = db;
    this.#migrations = migrations;
  }

  async problems(): Promise<readonly string[]> {
    try {
      const pending = await pendingMigrations(this.#db, this.#migrations);
      return pending.map((name) => `The migration ${name} has not run.`);
    } catch {
      return ['The store does not answer.'];
    }
  }
}
