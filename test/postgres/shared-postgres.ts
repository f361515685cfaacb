import { Client, Pool } from 'pg';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { PostgresServer } from './postgres-server.ts';

/** Set by global-setup.ts, so that all test files of a run share one server. A file that runs alone starts its own. */
const PORT = 'GUILDHALL_TEST_POSTGRES_PORT';

/** Not a superuser, as in a managed cluster. */
const OWNER = 'guildhall';

const TEMPLATE = 'template_guildhall';

/** @returns the port of a server with an owner and a migrated template in it */
const sharedPort = (): Promise<number> => {
  const ofTheRun = process.env[PORT];
  port ??= ofTheRun === undefined ? startShared() : Promise.resolve(Number(ofTheRun));
  return port;
};

let port: Promise<number> | undefined;

const startShared = async (): Promise<number> => {
  const server = await PostgresServer.start();
  await asSuperuser(server.port, async (client) => {
    await client.query(`create role ${OWNER} login createdb`);
    await client.query(`create database ${TEMPLATE} owner ${OWNER}`);
  });
  const db = openPostgresStore(postgresAddressFrom(urlOf(server.port, TEMPLATE)), { size: 1, hasNoTimeouts: true });
  await migrateToLatest(db, migrations);
  await db.destroy();
  return server.port;
};

/** Starts the server for a whole run of the tests: those who come later find it by the environment. */
export const shareWithRun = async (): Promise<void> => {
  process.env[PORT] = String(await sharedPort());
};

/** On a busy machine a connection may take longer than the default of 5 s. */
const urlOf = (port: number, database: string): string =>
  `postgres://${OWNER}@127.0.0.1:${port}/${database}?connect_timeout=60`;

const asSuperuser = async <T>(port: number, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

export type PostgresDatabase = AsyncDisposable & Readonly<{ url: string }>;

let made = 0;
const nextName = (): string => `test_${process.pid}_${Date.now()}_${++made}`;

/** Without any table. */
export const anEmptyPostgresDatabase = async (): Promise<PostgresDatabase> => {
  const port = await sharedPort();
  const name = nextName();
  await asSuperuser(port, (client) => client.query(`create database ${name} owner ${OWNER}`));
  return {
    url: urlOf(port, name),
    async [Symbol.asyncDispose]() {
      await asSuperuser(port, (client) => client.query(`drop database ${name} with (force)`));
    },
  };
};

const spare: ReusedDatabase[] = [];

/** With all tables and no rows. Emptied and handed out again: making one takes as long as ten tests. */
export const aPostgresDatabase = async (): Promise<PostgresDatabase> => {
  const port = await sharedPort();
  const database = spare.pop() ?? (await makeFromTemplate(port));
  return {
    url: database.url,
    async [Symbol.asyncDispose]() {
      await database.pool.query(EMPTIED);
      spare.push(database);
    },
  };
};

/** The pool keeps one connection: in a new one, emptying takes ten times as long. */
type ReusedDatabase = Readonly<{ url: string; pool: Pool }>;

const makeFromTemplate = async (port: number): Promise<ReusedDatabase> => {
  const name = nextName();
  await asSuperuser(port, (client) => client.query(`create database ${name} template ${TEMPLATE} owner ${OWNER}`));
  const url = urlOf(port, name);
  const pool = new Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  // The server may end first.
  pool.on('error', () => {});
  return { url, pool };
};

/** Each table that has rows; a delete is ten times as quick as a truncate where there are few. */
const EMPTIED = `
  do $$ declare t text; begin
    for t in select format('%I', relname) from pg_class
      where relkind = 'r' and relnamespace = 'public'::regnamespace and relname not like 'kysely%'
    loop execute 'delete from ' || t; end loop;
  end $$`;
