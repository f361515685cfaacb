import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Schema } from './schema.ts';
import { withRetry } from './with-retry.ts';

export type Migrations = Readonly<Record<string, Migration>>;

/** Names of the steps this database has not taken. Cheap enough for every start. */
export const pendingMigrations = async (db: Kysely<Schema>, migrations: Migrations): Promise<readonly string[]> => {
  const taken = new Set(await migrationsTaken(db));
  return Object.keys(migrations).filter((name) => !taken.has(name));
};

/**
 * Takes the pending steps, all or none. Safe when several instances start at once: one works, the others wait.
 * @returns the names of the steps taken
 */
export const migrateToLatest = async (db: Kysely<Schema>, migrations: Migrations): Promise<readonly string[]> => {
  if ((await pendingMigrations(db, migrations)).length === 0) return [];
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  return withRetry(async () => {
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return (results ?? []).map(({ migrationName }) => migrationName);
  });
};

const migrationsTaken = async (db: Kysely<Schema>): Promise<readonly string[]> => {
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
