import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import { GuildhallSqliteDialect, openSqlite } from '../../src/adapters/driven/kysely/sqlite/sqlite-dialect.ts';
import { aFolder, type OpenStores, overDatabase } from './open-stores.ts';

export type OpenDatabase = AsyncDisposable &
  Readonly<{ path: string; database: Database.Database; stores: OpenStores }>;

/** A set-up store, together with the connection it works on. */
export const openDatabase = async (): Promise<OpenDatabase> => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const database = openSqlite(path);
  const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database) });
  await migrateToLatest(db, migrations);
  const stores = overDatabase(db, () => folder.remove());
  return { path, database, stores, [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose]() };
};

/** A second connection to the same file, as another process would have one. It does not wait. */
export class Neighbor implements Disposable {
  readonly database: Database.Database;

  constructor(path: string) {
    this.database = new Database(path, { timeout: 0 });
  }

  countUsers(): unknown {
    return this.database.prepare('select count(*) from users').pluck().get();
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
