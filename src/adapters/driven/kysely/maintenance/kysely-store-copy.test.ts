import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { contentOf, type Database, fill } from '../../../../../test/contracts/full-store.ts';
import { aNewPostgres, aNewSqlite, type NewDatabase } from '../../../../../test/contracts/open-stores.ts';
import { openPostgresStore } from '../postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../postgres/postgres-url.ts';
import { isPostgres } from '../schema.ts';
import { KyselyStoreCopy } from './kysely-store-copy.ts';
import { migrateToLatest } from './migrate.ts';

const anotherConnection = async ({ url = '' }: NewDatabase): Promise<NewDatabase> => {
  const db = openPostgresStore(postgresAddressFrom(url), { size: 1, hasNoTimeouts: true });
  return { db, [Symbol.asyncDispose]: () => db.destroy() };
};

const aStore = async (open: () => Promise<NewDatabase>, rows: number): Promise<NewDatabase> => {
  const store = await open();
  await migrateToLatest(store.db, migrations);
  await fill(store.db, rows);
  return store;
};

const copy = (from: NewDatabase, to: NewDatabase) =>
  new KyselyStoreCopy({ from: from.db, to: to.db, migrations }).copy();

/** More than two batches of everything. */
const MANY = 1_003;

const DIRECTIONS: [string, () => Promise<NewDatabase>, () => Promise<NewDatabase>][] = [
  ['from SQLite to Postgres', aNewSqlite, aNewPostgres],
  ['from Postgres to SQLite', aNewPostgres, aNewSqlite],
  ['from Postgres to Postgres', aNewPostgres, aNewPostgres],
  ['from SQLite to SQLite', aNewSqlite, aNewSqlite],
];

for (const [direction, newSource, newTarget] of DIRECTIONS) {
  describe(`KyselyStoreCopy ${direction}`, { timeout: 600_000 }, () => {
    it('brings every row of every table over as it is, into a new database', async () => {
      await using from = await aStore(newSource, MANY);
      await using to = await newTarget();
      const before = await contentOf(from.db);
      const copied = await copy(from, to);
      assert.deepEqual(await contentOf(to.db), before);
      assert.deepEqual(await contentOf(from.db), before, 'the source is as it was');
      assert.deepEqual(
        Object.fromEntries(copied.map(({ kind, count }) => [kind, count])),
        Object.fromEntries(Object.keys(before).map((table) => [table, MANY])),
      );
    });

    it('copies a batch to the row, and one more, and nothing', async () => {
      for (const rows of [500, 501, 0]) {
        await using from = await aStore(newSource, rows);
        await using to = await newTarget();
        const copied = await copy(from, to);
        assert.deepEqual([...new Set(copied.map(({ count }) => count))], [rows]);
        assert.deepEqual(await contentOf(to.db), await contentOf(from.db));
      }
    });

    it('refuses a store that holds anything, and leaves it as it was', async () => {
      await using from = await aStore(newSource, 3);
      await using to = await aStore(newTarget, 0);
      await sql`insert into pair_checks (id, first, second, checked_at)
        values ('019b76da-a800-7000-8000-000000000001', 'a', 'b', '2026-01-01T00:00:00.000Z')`.execute(to.db);
      const before = await contentOf(to.db);
      const message = 'The store to copy to is not empty: it has rows in pair_checks.';
      await assert.rejects(copy(from, to), { code: 'store-copy.refused', message });
      assert.deepEqual(await contentOf(to.db), before);
    });

    it('refuses stores that are not of this version', async () => {
      await using from = await aStore(newSource, 1);
      await using to = await newTarget();
      await sql`insert into kysely_migration (name, timestamp) values ('0999-later', 'then')`.execute(from.db);
      const later = 'The store to copy from was migrated by another version of Guildhall (0999-later).';
      await assert.rejects(copy(from, to), { code: 'store-copy.refused', message: later });
      assert.deepEqual(await contentOf(to.db), {}, 'the target was not even migrated');

      await sql`delete from kysely_migration where name like '0999%' or name like '0003%'`.execute(from.db);
      const missing = /^The store to copy from lacks the migrations 0003-developer-pairs; run `guildhall migrate`/;
      await assert.rejects(copy(from, to), { code: 'store-copy.refused', message: missing });

      await using nothing = await newSource();
      await assert.rejects(copy(nothing, to), { code: 'store-copy.refused', message: /lacks the migrations 0001/ });

      await using newer = await aStore(newTarget, 0);
      await sql`insert into kysely_migration (name, timestamp) values ('0999-later', 'then')`.execute(newer.db);
      await using good = await aStore(newSource, 1);
      const message = /^The store to copy to was migrated by another version/;
      await assert.rejects(copy(good, newer), { code: 'store-copy.refused', message });
    });

    it('keeps nothing where rows are missing after the copy, and names them', async () => {
      await using from = await aStore(newSource, 4);
      await using to = await aStore(newTarget, 0);
      await loseFirst(to.db);
      const before = await contentOf(to.db);
      const failure = { code: 'store-copy.incomplete', messages: ['Of 4 attempts, 3 were copied.'] };
      await assert.rejects(copy(from, to), failure);
      assert.deepEqual(await contentOf(to.db), before);
    });
  });
}

describe('KyselyStoreCopy and Postgres', { timeout: 600_000 }, () => {
  it('copies what was there at one moment, while others write on', async () => {
    await using from = await aStore(aNewPostgres, 4);
    await using to = await aStore(aNewPostgres, 0);
    const before = await contentOf(from.db);
    // Another connection holds a lock when the copy has read the users and writes the first sessions.
    const { promise: stays, resolve: goes } = Promise.withResolvers<void>();
    const { promise: isThere, resolve: comes } = Promise.withResolvers<void>();
    await using other = await anotherConnection(to);
    const inTheWay = other.db.transaction().execute(async (tx) => {
      await sql`lock table sessions in exclusive mode`.execute(tx);
      comes();
      await stays;
    });
    await isThere;
    const copying = copy(from, to);
    const waiting = sql`select 1 from pg_locks where not granted and relation = 'sessions'::regclass`;
    while ((await waiting.execute(to.db)).rows.length === 0);
    await fill(from.db, 1, 5);
    goes();
    await inTheWay;
    assert.deepEqual(new Set((await copying).map(({ count }) => count)), new Set([4]));
    assert.deepEqual(await contentOf(to.db), before);
  });

  it('names the value that Postgres cannot hold, and keeps nothing', async () => {
    await using from = await aStore(aNewSqlite, 2);
    await using to = await aStore(aNewPostgres, 0);
    const before = await contentOf(to.db);
    await sql`update sessions set user_agent = 'a' || char(0) || 'b'`.execute(from.db);
    const message = /^The store to copy to does not accept the rows of sessions: invalid byte sequence .*0x00[.]$/;
    await assert.rejects(copy(from, to), { code: 'store-copy.refused', message });
    assert.deepEqual(await contentOf(to.db), before);
  });

  it('has no sequence to set afterwards: no table numbers its own rows', async () => {
    await using store = await aStore(aNewPostgres, 0);
    const sequences = sql`select 1 from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace`;
    assert.deepEqual((await sequences.execute(store.db)).rows, []);
  });
});

/** From now on the first attempt that is written vanishes. */
const loseFirst = async (db: Database): Promise<void> => {
  if (isPostgres(db)) {
    await sql`create function steal() returns trigger language plpgsql as 'begin return null; end'`.execute(db);
    await sql`create trigger thief before insert on attempts for each row when (new.key like '% 1 %')
      execute function steal()`.execute(db);
  } else {
    await sql`create trigger thief before insert on attempts when new.key like '% 1 %'
      begin select raise(ignore); end`.execute(db);
  }
};
