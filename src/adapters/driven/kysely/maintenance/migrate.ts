import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { compiledQuery } from '../compiled-query.ts';
import { type Database, isPostgres, locksRows } from '../schema.ts';
import { withRetry } from '../with-retry.ts';

/** Key of the advisory lock for migrations: a random number. */
const LOCK = 7_236_409_112;

/** Ten minutes or more on SQLite, where a process that migrates keeps the others out. On Postgres the lock lets them wait. */
const MAX_ATTEMPTS = 2_400;

export type Migrations = Readonly<Record<string, Migration>>;

/** Names of the migrations that this database lacks. */
export const pendingMigrations = async (db: Database, migrations: Migrations): Promise<readonly string[]> => {
  const applied = new Set(await appliedMigrations(db));
  return Object.keys(migrations).filter((name) => !applied.has(name));
};

/**
 * For a service that starts: this version does not know the changes of a newer one. A service that runs already goes
 * on, because an upgrade may be compatible with the version before it.
 * @throws {Error} the store is of a newer version; the message says what to do
 */
export const assertNotNewer = async (db: Database, migrations: Migrations): Promise<void> => {
  const unknown = (await appliedMigrations(db)).find((name) => !Object.hasOwn(migrations, name));
  if (unknown === undefined) return;
  const remedy = 'start that version, or restore the backup from before it';
  throw new Error(`The store was migrated by a newer version of Guildhall (${unknown}): ${remedy}.`);
};

/**
 * Applies the pending migrations, all or none. When several instances start at once, one migrates and the others wait.
 * @param onWaiting called once, when another process has the lock
 * @returns the names of the migrations applied
 */
export const migrateToLatest = async (
  db: Database,
  migrations: Migrations,
  onWaiting?: () => void,
): Promise<readonly string[]> => {
  if ((await pendingMigrations(db, migrations)).length === 0) return [];
  let waits = false;
  const wait = () => {
    if (!waits) onWaiting?.();
    waits = true;
  };
  const migrate = () =>
    db.transaction().execute(async (tx) => {
      // Released at the end of the transaction. On SQLite the transaction has the write lock already.
      if (locksRows(tx) && !(await hasLock(tx))) {
        wait();
        await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(tx);
      }
      // Kysely would take the table of another schema for its own.
      const schema = isPostgres(tx) ? { migrationTableSchema: await currentSchema(tx) } : {};
      const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => migrations }, ...schema });
      const { error, results } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
      return (results ?? []).map(({ migrationName }) => migrationName);
    });
  return withRetry(migrate, { maxAttempts: MAX_ATTEMPTS, ...(isPostgres(db) ? {} : { onRetry: wait }) });
};

const hasLock = async (tx: Database): Promise<boolean> => {
  const { rows } = await sql<{ taken: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(LOCK)}) as taken`.execute(
    tx,
  );
  return rows[0]?.taken === true;
};

/** Names of the migrations that this database has; none where it is new. */
export const appliedMigrations = async (db: Database): Promise<readonly string[]> => {
  const table = isPostgres(db) ? await TABLE_ON_POSTGRES.execute(db) : await tableOnSqlite(db, 'kysely_migration');
  if (table.rows.length === 0) return [];
  return (await applied(db)).rows.map(({ name }) => name);
};

type Journal = { kysely_migration: { name: string }; sqlite_schema: { name: string } };

const tableOnSqlite = compiledQuery<{ name: string }>((db) =>
  db.withTables<Journal>().selectFrom('sqlite_schema').select('name').where('name', '=', ''),
);

const applied = compiledQuery<{ name: string }>((db) =>
  db.withTables<Journal>().selectFrom('kysely_migration').select('name'),
);

// A query for a missing table would fail, and on Postgres leave behind the name of a statement that cannot be parsed.
const TABLE_ON_POSTGRES = sql`select 1 where to_regclass(quote_ident(current_schema()) || '.kysely_migration') is not null`;

const currentSchema = async (db: Database): Promise<string> => {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(db);
  const { name = null } = rows[0] ?? {};
  if (name === null) throw Object.assign(new Error('No schema has been selected to create in'), { code: '3F000' });
  return name;
};
