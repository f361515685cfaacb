import { mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import type { Schema } from '../../src/adapters/driven/kysely/schema.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import {
  GuildhallSqliteDialect,
  openSqlite,
  openSqliteReader,
} from '../../src/adapters/driven/kysely/sqlite/sqlite-dialect.ts';
import { MemoryStores } from '../../src/adapters/driven/memory/memory-stores.ts';
import { storesOver } from '../../src/composition/wiring/kysely-stores.ts';
import type { ApiTokenQueries } from '../../src/ports/api-token-queries.ts';
import type { AuditQueries } from '../../src/ports/audit-queries.ts';
import type { DailyCounts } from '../../src/ports/daily-counts.ts';
import type { KnownNetworks } from '../../src/ports/known-networks.ts';
import type { LicenseQueries } from '../../src/ports/license-queries.ts';
import type { PairHistory } from '../../src/ports/pair-history.ts';
import type { SecondFactorRepository } from '../../src/ports/second-factor-repository.ts';
import type { SessionQueries } from '../../src/ports/session-queries.ts';
import type { SigningKeyQueries } from '../../src/ports/signing-key-queries.ts';
import type { StoreHealth } from '../../src/ports/store-health.ts';
import type { StoreWipe } from '../../src/ports/store-wipe.ts';
import type { Stores, UnitOfWork } from '../../src/ports/unit-of-work.ts';
import type { UserQueries } from '../../src/ports/user-queries.ts';
import type { UserRepository } from '../../src/ports/user-repository.ts';
import { anEmptyPostgresDatabase, aPostgresDatabase } from '../postgres/shared-postgres.ts';

/** All the stores there are, over one and the same store, which is closed and gone when they are disposed of. */
export type OpenStores = AsyncDisposable &
  Readonly<{
    unitOfWork: UnitOfWork;
    auditQueries: AuditQueries;
    /** For questions outside a unit of work. */
    users: UserRepository;
    userQueries: UserQueries;
    apiTokenQueries: ApiTokenQueries;
    dailyCounts: Pick<DailyCounts, 'listBetween' | 'countQueuedEmails'>;
    secondFactors: Pick<SecondFactorRepository, 'find' | 'countRecoveryCodes'>;
    sessionQueries: SessionQueries;
    knownNetworks: Pick<KnownNetworks, 'find'>;
    pairHistory: PairHistory;
    licenseQueries: LicenseQueries;
    signingKeyQueries: SigningKeyQueries;
    health: StoreHealth;
    wipe: StoreWipe;
  }>;

type Database = ReturnType<typeof openSqliteStore>;

/** A folder for one test. */
export const aFolder = () => mkdtempDisposable(join(tmpdir(), 'guildhall-'));

export const openMemoryStores = async (): Promise<OpenStores> => {
  const stores = new MemoryStores();
  return {
    unitOfWork: stores,
    auditQueries: stores.audit,
    users: stores.users,
    userQueries: stores.users,
    apiTokenQueries: stores.apiTokens,
    secondFactors: stores.secondFactors,
    sessionQueries: stores.sessions,
    dailyCounts: stores.dailyCounts,
    knownNetworks: stores.knownNetworks,
    pairHistory: stores.pairHistory,
    licenseQueries: stores.licenses,
    signingKeyQueries: stores.signingKeys,
    health: stores,
    wipe: stores,
    async [Symbol.asyncDispose]() {},
  };
};

/** A real file, because `:memory:` knows neither WAL nor a second process. */
export const openSqliteStores = async (): Promise<OpenStores> => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  await writeFile(path, await migratedFile());
  const connections = [openSqlite(path), openSqliteReader(path)] as const;
  // Rows come backwards wherever no order was asked for, so that none is right by luck.
  for (const connection of connections) connection.pragma('reverse_unordered_selects = on');
  const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(...connections) });
  return overDatabase(db, () => folder.remove());
};

/** A real server; another database, or the same one emptied, each time. */
export const openPostgresStores = async (): Promise<OpenStores> => {
  const database = await aPostgresDatabase();
  const db = openPostgresStore(postgresAddressFrom(database.url), { size: 10 });
  return overDatabase(db, async () => database[Symbol.asyncDispose]());
};

/** Stores of every kind by name, for a use case that behaves alike on each. */
export const OPEN_STORES = [
  ['memory', openMemoryStores],
  ['SQLite', openSqliteStores],
  ['Postgres', openPostgresStores],
] as const;

/** A database without any table; gone when it is disposed of. */
export type NewDatabase = AsyncDisposable & Readonly<{ db: Database; url?: string }>;

export const aNewSqlite = async (): Promise<NewDatabase> => {
  const folder = await aFolder();
  const db = openSqliteStore(join(folder.path, 'guildhall.db'));
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await folder.remove();
    },
  };
};

export const aNewPostgres = async (): Promise<NewDatabase> => {
  const database = await anEmptyPostgresDatabase();
  const db = openPostgresStore(postgresAddressFrom(database.url), { size: 2, hasNoTimeouts: true });
  return {
    db,
    url: database.url,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await database[Symbol.asyncDispose]();
    },
  };
};

/** Databases without any table, by name. */
export const NEW_DATABASES = [
  ['SQLite', aNewSqlite],
  ['Postgres', aNewPostgres],
] as const;

// Migrated once and copied for each test: a migration waits for the disk, and there are a hundred tests.
const migratedFile = (): Promise<Buffer> => {
  migrated ??= migrateOnce();
  return migrated;
};

let migrated: Promise<Buffer> | undefined;

const migrateOnce = async (): Promise<Buffer> => {
  await using folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const db = openSqliteStore(path);
  await migrateToLatest(db, migrations);
  await db.destroy();
  return readFile(path);
};

/** So that a unit of work that writes hundreds of rows ends in time on a busy machine. */
const UNIT_TIMEOUT_MS = 120_000;

/** @param removeRest what is to be done once the database is closed */
export const overDatabase = (db: Database, removeRest: () => Promise<void> = async () => {}): OpenStores => {
  const { storeHealth: health, storeWipe: wipe, close, ...stores } = storesOver(db, { timeoutMs: UNIT_TIMEOUT_MS });
  return {
    ...stores,
    health,
    wipe,
    async [Symbol.asyncDispose]() {
      await close();
      await removeRest();
    },
  };
};

/** Writes many rows in several units of work, so that none comes near the time limit of a unit on a busy machine. */
export const inUnitsOfWork = async <T>(
  { unitOfWork }: Pick<OpenStores, 'unitOfWork'>,
  items: readonly T[],
  write: (stores: Stores, item: T, nth: number) => Promise<void>,
): Promise<void> => {
  for (let first = 0; first < items.length; first += ROWS_PER_UNIT) {
    const part = items.slice(first, first + ROWS_PER_UNIT);
    await unitOfWork.run(async (stores) => {
      for (const [n, item] of part.entries()) await write(stores, item, first + n);
    });
  }
};

const ROWS_PER_UNIT = 100;
