import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { migrations } from '../../../migrations/migrations.ts';
import { databaseStartupError } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { KyselyStoreCopy } from '../../adapters/driven/kysely/maintenance/kysely-store-copy.ts';
import { appliedMigrations } from '../../adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../adapters/driven/kysely/postgres/open-postgres-store.ts';
import { openSqliteStore } from '../../adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import type { StoreAddress } from '../../adapters/driving/cli/cli-deps.ts';
import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import { invariant } from '../../domain/shared/invariant.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Copied } from '../../ports/store-copy.ts';
import type { Environment } from '../config/config.ts';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { startupError } from '../runtime/startup-errors.ts';
import { exitForStore } from './exit-for-store.ts';

type Named = Readonly<{ from: StoreAddress; to: StoreAddress }>;
type Option = '--from' | '--to';

/**
 * Opens both stores, copies one into the other and closes both again.
 * @param env the other settings, which hold for both
 */
export const copyStore = async (env: Environment, { from, to }: Named): Promise<readonly Copied[]> => {
  const source = configFor(env, from, '--from');
  const target = configFor(env, to, '--to');
  if (isDeepStrictEqual(source.store, target.store)) {
    throw new CommandFailed(['--from and --to are one and the same store.'], EXIT.usage);
  }
  // Opening a file that is not there would make it.
  if (source.store.kind === 'sqlite' && !existsSync(source.store.path)) {
    throw new CommandFailed([`--from: there is no file ${source.store.path}.`], EXIT.notFound);
  }
  return withDatabase(source, '--from', (fromDb) =>
    withDatabase(target, '--to', (toDb) => new KyselyStoreCopy({ from: fromDb, to: toDb, migrations }).copy()),
  );
};

const configFor = (env: Environment, address: StoreAddress, option: Option): Config => {
  const { url, urlFile } = { url: undefined, urlFile: undefined, ...address };
  // As a setting it would mean the default, and nobody means that who names a store.
  if (url === '') throw new CommandFailed([`${option} is empty; name a file or a database.`], EXIT.usage);
  if (urlFile === '') throw new CommandFailed([`${option}-url-file is empty; name a file.`], EXIT.usage);
  try {
    const config = readConfig({ ...env, DATABASE_URL: url, DATABASE_URL_FILE: urlFile });
    if (config.store.kind !== 'memory') return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const messages = error.messages.map((sentence) =>
      sentence.replaceAll('DATABASE_URL_FILE', `${option}-url-file`).replaceAll('DATABASE_URL', option),
    );
    throw new CommandFailed(messages, EXIT.usage);
  }
  throw new CommandFailed([`${option} is memory:, which is gone at exit; name a file or a database.`], EXIT.usage);
};

type Database = ReturnType<typeof openSqliteStore>;

const withDatabase = async <T>(config: Config, option: Option, work: (db: Database) => Promise<T>): Promise<T> => {
  let db: Database | undefined;
  try {
    try {
      db = openDatabase(config.store);
      // Of two stores that may both be down, the sentence must say which.
      await appliedMigrations(db);
    } catch (error) {
      throw new CommandFailed([`${option}: ${startupError(error, config)}`], exitForStore(error), { cause: error });
    }
    return await work(db).catch((error) => {
      // What the database does not let its user do comes out late, with the first table that is made.
      const { store } = config;
      const fault = error instanceof PortError ? undefined : databaseStartupError(error, store);
      if (fault === undefined) throw error;
      throw new CommandFailed([`${option}: ${fault}`], exitForStore(error), { cause: error });
    });
  } finally {
    await db?.destroy();
  }
};

const openDatabase = (store: Config['store']): Database => {
  invariant(store.kind !== 'memory', 'A store in memory has no database');
  if (store.kind === 'sqlite') return openSqliteStore(store.path);
  return openPostgresStore(store.address, { size: 1, isPatient: true });
};
