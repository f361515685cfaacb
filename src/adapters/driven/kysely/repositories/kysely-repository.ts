import type { Database } from '../schema.ts';

/** A repository or read model over a connection: that of a unit of work, or any connection of the pool. */
export abstract class KyselyRepository {
  protected readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }
}
