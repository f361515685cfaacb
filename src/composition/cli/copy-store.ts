import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { migrations } from '../../../migrations/migrations.ts';
import { databaseFailureOf, databaseStartupError } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { KyselyStoreCopy } from '../../adapters/driven/kysely/maintenance/kysely-store-copy.ts';
import { appliedMigrations } from '../../adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../adapters/driven/kysely/postgres/open-postgres-store.ts';
import { openSqliteStore } from '../../adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import type { StoreAddress } from '../../adapters/driving/cli/cli-deps.ts';
import { CommandFailed, EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import { PortError } from '../../ports/port-error.ts';
import type { StoreCopy } from '../../ports/store-copy.ts';
import { readSecretFile } from '../config/config.ts';
import { ConfigError, storeUrl } from '../config/setting-types.ts';
import { storeError } from '../runtime/startup-messages.ts';

type Option = '--from' | '--to';
type Store = Exclude<ReturnType<typeof storeUrl.parse>, { kind: 'memory' }>;
type Database = ReturnType<typeof openSqliteStore>;

/** Opens both stores for `work`, and closes them again. An error names the option that the store came from. */
export const withStoreCopy = async <T>(
  { from, to }: Readonly<{ from: StoreAddress; to: StoreAddress }>,
  work: (storeCopy: StoreCopy) => Promise<T>,
): Promise<T> => {
  const source = storeAt(from, '--from');
  const target = storeAt(to, '--to');
  if (isDeepStrictEqual(source, target)) {
    throw new CommandFailed(['--from and --to are one and the same store.'], EXIT.usage);
  }
  // SQLite would create the file.
  if (source.kind === 'sqlite' && !existsSync(source.path)) {
    throw new CommandFailed([`--from: there is no file ${source.path}.`], EXIT.notFound);
  }
  return withDatabase(source, '--from', (fromDb) =>
    withDatabase(target, '--to', (toDb) => work(new KyselyStoreCopy({ from: fromDb, to: toDb, migrations }))),
  );
};

const storeAt = (address: StoreAddress, option: Option): Store => {
  const url = 'url' in address ? address.url : readAddress(address.urlFile, `${option}-url-file`);
  if (url === '') throw new ConfigError(`${option} is empty; name a file or a database.`);
  const store = storeUrl.parse(url, option);
  if (store.kind !== 'memory') return store;
  throw new ConfigError(`${option} is memory:, which is gone at exit; name a file or a database.`);
};

const readAddress = (file: string, option: string): string => {
  if (file === '') throw new ConfigError(`${option} is empty; name a file.`);
  return readSecretFile(file, option);
};

const withDatabase = async <T>(store: Store, option: Option, work: (db: Database) => Promise<T>): Promise<T> => {
  const failure = (message: string, cause: unknown) =>
    new CommandFailed([`${option}: ${message}`], exitForStore(cause), { cause });
  let db: Database | undefined;
  try {
    try {
      db = open(store);
      // Connects: both stores may be unavailable, and the message must say which is.
      await appliedMigrations(db);
    } catch (error) {
      throw failure(storeError(error, store), error);
    }
    return await work(db).catch((error) => {
      // A permission that is missing shows only when the first table is created.
      const message = error instanceof PortError ? undefined : databaseStartupError(error, store);
      throw message === undefined ? error : failure(message, error);
    });
  } finally {
    await db?.destroy();
  }
};

const open = (store: Store): Database =>
  store.kind === 'sqlite'
    ? openSqliteStore(store.path)
    : openPostgresStore(store.address, { size: 1, hasNoTimeouts: true });

const EXITS = { 'wrong address': EXIT.usage, unavailable: EXIT.unavailable, broken: EXIT.failed } as const;

/** @returns the exit code of a command that cannot use a store it was given */
export const exitForStore = (error: unknown): number => EXITS[databaseFailureOf(error)];
