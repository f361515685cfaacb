import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { aUser } from '../builders/user-builder.ts';
import { startTestApp } from '../http/test-app.ts';
import { anEmptyPostgresDatabase, aPostgresDatabase, type PostgresDatabase } from './shared-postgres.ts';

const openWithoutTimeouts = ({ url }: PostgresDatabase) =>
  openPostgresStore(postgresAddressFrom(url), { size: 1, hasNoTimeouts: true });

describe('Several instances on one new Postgres database', () => {
  it('may start at the same moment: each step is taken once, and sample users come in once', async () => {
    await using database = await anEmptyPostgresDatabase();
    const settings = { DATABASE_URL: database.url, SAMPLE_USERS: 'on', DATABASE_POOL_SIZE: '3' };
    await using open = new AsyncDisposableStack();
    const start = async () => open.use(await startTestApp(settings));
    const apps = await Promise.all([start(), start(), start(), start()]);
    const [first, ...others] = apps;
    assert.equal((await first?.call('GET', '/users'))?.json().length, 3);
    assert.deepEqual(apps.map(({ sampleUsers }) => sampleUsers).sort(), [0, 0, 0, 3]);
    for (const app of [first, ...others]) assert.equal((await app?.call('GET', '/_ready'))?.status, 200);
  });

  it('do not stumble over sample users that another is just letting in', async () => {
    await using database = await aPostgresDatabase();
    await using app = await startTestApp({ DATABASE_URL: database.url });
    const unitOfWork = app.container.resolve(Ports.unitOfWork);
    const { promise: alice, resolve: aliceIsIn } = Promise.withResolvers<void>();
    const another = unitOfWork.run(async ({ users }) => {
      await users.save(aUser({ email: 'alice@example.com' }));
      // Before a read the write is sent; by itself it would wait for the commit.
      assert.equal(await users.isEmpty(), false);
      aliceIsIn();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await alice;
    assert.equal((await app.useCases.seedSampleUsers.execute({ wipeFirst: false })).users, 0);
    await another;
    assert.equal((await app.call('GET', '/users')).json().length, 1);
  });

  it('apply each migration once, and report which instance did', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using open = new AsyncDisposableStack();
    const dbs = Array.from({ length: 6 }, () => open.adopt(openWithoutTimeouts(database), (db) => db.destroy()));
    const taken = await Promise.all(dbs.map((db) => migrateToLatest(db, migrations)));
    assert.deepEqual(taken.flat(), Object.keys(migrations));
  });

  it('wait for another that migrates, and say so', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using open = new AsyncDisposableStack();
    const [first, second] = [1, 2].map(() => open.adopt(openWithoutTimeouts(database), (db) => db.destroy()));
    assert.ok(first && second);
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: waits, resolve: onWaiting } = Promise.withResolvers<void>();
    const up = async () => {
      begin();
      await waits;
    };
    const all = { ...migrations, '9999-slow': { up } };
    const migrated = migrateToLatest(first, all);
    await begun;
    assert.deepEqual(await migrateToLatest(second, all, onWaiting), []);
    assert.deepEqual(await migrated, Object.keys(all));
  });

  it('take all steps or none', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using open = new AsyncDisposableStack();
    const db = open.adopt(openWithoutTimeouts(database), (store) => store.destroy());
    const up = async () => Promise.reject(new Error('halfway'));
    await assert.rejects(migrateToLatest(db, { ...migrations, '9999-broken': { up } }), /halfway/);
    const tables = sql`select 1 from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`;
    assert.deepEqual((await tables.execute(db)).rows, []);
    assert.deepEqual(await migrateToLatest(db, migrations), Object.keys(migrations));
  });
});
