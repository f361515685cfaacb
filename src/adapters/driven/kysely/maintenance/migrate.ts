import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { type Database, locksRows } from '../schema.ts';
import { withRetry } from '../with-retry.ts';

/** What all instances lock to migrate: any number that nobody else in the database would think of. */
const LOCK = 7_236_409_112;

export type Migrations = Readonly<Record<string, Migration>>;

/** Names of the steps this database has not taken. Cheap enough for every start. */
export const pendingMigrations = async (db: Database, migrations: Migrations): Promise<readonly string[]> => {
  const taken = new Set(await migrationsTaken(db));
  return Object.keys(migrations).filter((name) => !taken.has(name));
};

/** This version is older than the store; the message says what to do. */
class StoreIsNewer extends Error {
  override readonly name = 'StoreIsNewer';
}

/**
 * For who is about to start: what has been changed since, nobody knew when this version was made. Who runs already may go
 * on, for an update that says that the version before can live with it.
 * @throws {StoreIsNewer}
 */
export const mustNotBeNewer = async (db: Database, migrations: Migrations): Promise<void> => {
  const unknown = (await migrationsTaken(db)).find((name) => !Object.hasOwn(migrations, name));
  if (unknown === undefined) return;
  const remedy = 'start that version, or restore the backup from before it';
  throw new StoreIsNewer(`The store is of a newer Guildhall, which has taken the step ${unknown}: ${remedy}.`);
};

/**
 * Takes the pending steps, all or none. Safe when several instances start at once: one works, the others wait.
 * @returns the names of the steps taken
 */
export const migrateToLatest = async (db: Database, migrations: Migrations): Promise<readonly string[]> => {
  if ((await pendingMigrations(db, migrations)).length === 0) return [];
  return withRetry(() =>
    db.transaction().execute(async (tx) => {
      // Ends with the transaction. SQLite has locked everything by now.
      if (locksRows(tx)) await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
      const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => ({ ...migrations }) } });
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
      return (results ?? []).map(({ migrationName }) => migrationName);
    }),
  );
};

/** Names of the steps this database has taken; none where it is new. */
export const migrationsTaken = async (db: Database): Promise<readonly string[]> => {
  const journal = db.withTables<{ kysely_migration: { name: string } }>();
  try {
    return (await journal.selectFrom('kysely_migration').select('name').execute()).map(({ name }) => name);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
};

const isMissingTable = (error: unknown): boolean =>
  (error as { code?: unknown }).code === '42P01' || /no such table/.test(String((error as Error).message));
