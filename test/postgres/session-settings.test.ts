import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { migrations } from '../../migrations/migrations.ts';
import { databaseStartupError } from '../../src/adapters/driven/kysely/database-startup-errors.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { anEmptyPostgresDatabase, type PostgresDatabase } from './shared-postgres.ts';
import { TransactionPooler } from './transaction-pooler.ts';

const databaseWith = async (settings: Readonly<Record<string, string>>): Promise<PostgresDatabase> => {
  const database = await anEmptyPostgresDatabase();
  await using owner = await connected(database.url);
  for (const [name, value] of Object.entries(settings)) {
    await owner.query(`alter database ${new URL(database.url).pathname.slice(1)} set ${name} = ${value}`);
  }
  return database;
};

/** Sources: immich-app/static-pages#719, psycopg/psycopg#571. */
const SETTINGS: readonly Readonly<Record<string, string>>[] = [
  { DateStyle: "'German'" },
  { DateStyle: "'SQL, DMY'" },
  { DateStyle: "'Postgres, MDY'" },
  { TimeZone: "'Pacific/Chatham'" },
  { IntervalStyle: "'sql_standard'", bytea_output: "'escape'", extra_float_digits: '-15' },
  { standard_conforming_strings: 'off' },
  { default_transaction_isolation: "'serializable'" },
  { default_transaction_read_only: 'on' },
  { default_transaction_deferrable: 'on' },
  // The statement that raises the limits runs under them. Less than a second is rejected if it is not raised.
  { statement_timeout: "'999ms'", lock_timeout: "'1ms'" },
  { search_path: '"$user", public, pg_temp' },
];

describe('A database whose sessions have settings of their own', { timeout: 120_000 }, () => {
  for (const settings of SETTINGS) {
    const name = Object.entries(settings).map((entry) => entry.join(' = '));
    it(`serves as any other: ${name.join(', ')}`, async () => {
      await using database = await databaseWith(settings);
      await using app = await startTestApp({ DATABASE_URL: database.url, ADMIN_API_KEY: ADMIN_KEY });
      const registered = { email: 'ada@example.com', password: 'correct horse battery', age: 36 };
      const { id } = (await app.call('POST', '/register', { json: registered })).json();
      const { email, password } = registered;
      const login = await app.call('POST', '/sessions', { json: { email, password } });
      assert.equal(login.status, 200, login.body);
      const users = await app.call('GET', '/users', { bearer: ADMIN_KEY });
      assert.equal(users.json()[0].created_at, '2026-01-01T00:00:00Z');
      const json = { max_activations: 1 };
      assert.equal((await app.call('POST', `/users/${id}/licenses`, { json, bearer: ADMIN_KEY })).status, 201);
      assert.equal((await app.call('GET', '/licenses', { bearer: ADMIN_KEY })).json().length, 1);
      assert.equal((await app.call('GET', '/_ready')).status, 200);
    });
  }

  it('has its time limits replaced', async () => {
    const own = { statement_timeout: "'1h'", lock_timeout: "'1h'", idle_in_transaction_session_timeout: "'1h'" };
    await using database = await databaseWith(own);
    const db = openPostgresStore(postgresAddressFrom(database.url), { size: 1 });
    const settings = Object.keys(own).map((name) => sql<string>`current_setting(${sql.lit(name)})`.as(name));
    const limits = await db.selectNoFrom(settings).executeTakeFirst();
    await db.destroy();
    assert.deepEqual(limits, {
      statement_timeout: '5s',
      lock_timeout: '4s',
      idle_in_transaction_session_timeout: '20s',
    });
  });

  it('is used in the schema that search_path names, also where another schema has tables of the same names', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using owner = await connected(database.url);
    await owner.query('create schema first; create schema second');
    const name = new URL(database.url).pathname.slice(1);
    for (const path of ['first', 'second, first']) {
      await owner.query(`alter database ${name} set search_path = ${path}`);
      await using app = await startTestApp({ DATABASE_URL: database.url, ADMIN_API_KEY: ADMIN_KEY });
      const json = { email: 'ada@example.com' };
      assert.equal((await app.call('POST', '/users', { json, bearer: ADMIN_KEY })).status, 201, path);
      assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).json().length, 1, path);
    }
  });

  it('is rejected behind a pooler that does not pass them on, in a sentence', async () => {
    await using database = await databaseWith({ DateStyle: "'German'" });
    await using pooler = await TransactionPooler.start(database.url);
    const address = postgresAddressFrom(pooler.url);
    const db = openPostgresStore(address, { size: 1 });
    const error = await migrateToLatest(db, migrations).catch((error) => error);
    const place = new URL(pooler.url);
    assert.equal(
      databaseStartupError(error, { kind: 'postgres', address }),
      `The database ${place.host}${place.pathname} cannot be used: its sessions have DateStyle German, DMY; set it to ISO for the database or the user.`,
    );
    await db.destroy();
  });
});
