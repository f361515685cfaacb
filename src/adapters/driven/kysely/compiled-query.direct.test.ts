import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setImmediate as nextCallback } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { migrations } from '../../../../migrations/migrations.ts';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aSession } from '../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { aFolder, overDatabase } from '../../../../test/contracts/open-stores.ts';
import { aPostgresDatabase } from '../../../../test/postgres/shared-postgres.ts';
import { Email } from '../../../domain/user/email.ts';
import { migrateToLatest } from './maintenance/migrate.ts';
import { openPostgresStore } from './postgres/open-postgres-store.ts';
import { postgresAddressFrom } from './postgres/postgres-url.ts';
import { KyselySessionQueries } from './repositories/kysely-sessions.ts';
import { openSqliteStore } from './sqlite/open-sqlite-store.ts';

const { tokenHash } = aSession().toSnapshot();

const openStore = async () => {
  const folder = await aFolder();
  const kinds: string[] = [];
  const path = join(folder.path, 'guildhall.db');
  const db = openSqliteStore(path, (kind, ms) => kinds.push(`${kind} ${ms >= 0}`));
  await migrateToLatest(db, migrations);
  const stores = overDatabase(db, () => folder.remove());
  await stores.unitOfWork.run(async ({ users }) => users.save(aUser()));
  kinds.length = 0;
  return { stores: { ...stores, path }, kinds, [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose]() };
};

/** Adds a session, and connects another process. */
const addSession = async ({ stores }: Awaited<ReturnType<typeof openStore>>) => {
  const { unitOfWork, sessionQueries, path } = stores;
  await unitOfWork.run(({ sessions }) => sessions.add(aSession()));
  const isFound = async () => (await sessionQueries.findByToken(tokenHash)) !== undefined;
  // The first time they are asked in another way.
  await isFound();
  return { isFound, other: new SqliteDatabase(path) };
};

describe('The questions of every request', () => {
  it('wait for no unit of work, and see nothing of it before it is kept', async () => {
    await using open = await openStore();
    const { unitOfWork, sessionQueries } = open.stores;
    await unitOfWork.run(async ({ sessions }) => {
      await sessions.add(aSession());
      assert.equal(await sessionQueries.findByToken(tokenHash), undefined);
    });
    assert.equal((await sessionQueries.findByToken(tokenHash))?.email, 'ada@example.com');
  });

  it('see what another process has just changed: the role, the address, the end of a session', async () => {
    await using open = await openStore();
    const { unitOfWork, sessionQueries, path } = open.stores;
    await using other = overDatabase(openSqliteStore(path));
    await unitOfWork.run(({ sessions }) => sessions.add(aSession()));
    for (const role of ['support', null, 'reader'] as const) {
      await other.unitOfWork.run(async ({ users }) => {
        const user = await users.get(aUser().id);
        await users.save(role === null ? user.withoutRole() : user.withRole(role, NEW_YEAR));
      });
      assert.equal((await sessionQueries.findByToken(tokenHash))?.role, role);
    }
    await other.unitOfWork.run(async ({ users }) => {
      await users.save((await users.get(aUser().id)).changeEmail(Email.parse('countess@example.com')));
    });
    assert.equal((await sessionQueries.findByToken(tokenHash))?.email, 'countess@example.com');
    await other.unitOfWork.run(({ sessions }) => sessions.remove({ tokenHash }));
    assert.equal(await sessionQueries.findByToken(tokenHash), undefined);
  });

  it('see one state of the store in a callback of the event loop, and the state of then in the next one', async () => {
    await using open = await openStore();
    const { unitOfWork } = open.stores;
    const { isFound, other } = await addSession(open);
    for (const reads of [1, 2, 3]) {
      other.exec('delete from sessions');
      assert.equal(await isFound(), false);
      await unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      const before: boolean[] = [];
      for (let read = 1; read <= reads; read += 1) before.push(await isFound());
      other.exec('delete from sessions');
      const after = await isFound();
      assert.deepEqual({ before, after }, { before: before.map(() => true), after: reads > 1 });
      await nextCallback();
      assert.equal(await isFound(), false);
    }
    other.close();
  });

  it('see a new state after 32 of them in one callback, such as those of a command that reads the whole store', async () => {
    await using open = await openStore();
    const { isFound, other } = await addSession(open);
    await nextCallback();
    for (let read = 1; read <= 2; read += 1) await isFound();
    other.exec('delete from sessions');
    const found: boolean[] = [];
    for (let read = 3; read <= 40; read += 1) found.push(await isFound());
    assert.equal(found.lastIndexOf(true), 33 - 3, 'the 33rd read is the last of the first state');
    // Nothing reads the log any more.
    await nextCallback();
    assert.deepEqual(other.pragma('wal_checkpoint(TRUNCATE)'), [{ busy: 0, log: 0, checkpointed: 0 }]);
    other.close();
  });

  it('see what their own process has kept, also right after it', async () => {
    await using open = await openStore();
    const { unitOfWork, sessionQueries } = open.stores;
    for (let time = 1; time <= 3; time += 1) {
      for (let read = 1; read <= 3; read += 1) assert.equal(await sessionQueries.findByToken(tokenHash), undefined);
      await unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      for (let read = 1; read <= 3; read += 1) assert.notEqual(await sessionQueries.findByToken(tokenHash), undefined);
      await unitOfWork.run(({ sessions }) => sessions.remove({ tokenHash }));
    }
  });

  it('may be the last ones before the store is closed', async () => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await migrateToLatest(db, migrations);
    const directory = new KyselySessionQueries(db);
    for (let read = 1; read <= 4; read += 1) await directory.findByToken(tokenHash);
    await db.destroy();
    await nextCallback();
  });

  it('are reported to the query observer, as all others are', async () => {
    await using open = await openStore();
    // The first time they are asked in another way.
    for (let time = 1; time <= 2; time += 1) await open.stores.sessionQueries.findByToken(tokenHash);
    assert.deepEqual(open.kinds, ['select true', 'select true']);
  });

  it('are reported also inside units of work that share a commit, whether they succeed or fail', async () => {
    await using open = await openStore();
    const { unitOfWork } = open.stores;
    const token = (n: number) => aSession({ id: anId(n), tokenHash: `${n}`.repeat(64) });
    const ends = await Promise.allSettled([
      unitOfWork.run(({ sessions }) => sessions.add(token(1))),
      unitOfWork.run(({ sessions }) => sessions.add(token(2))),
      unitOfWork.run(({ sessions }) => sessions.add(token(2))),
    ]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected'],
    );
    assert.deepEqual(
      open.kinds.filter((kind) => kind.startsWith('insert')),
      ['insert true', 'insert true', 'insert true'],
    );
  });

  it('on Postgres take a connection, call the observer, and release the connection in every case', async () => {
    await using database = await aPostgresDatabase();
    const kinds: string[] = [];
    const db = openPostgresStore(postgresAddressFrom(database.url), { size: 1 }, (kind, ms) => {
      kinds.push(`${kind} ${ms >= 0}`);
    });
    const directory = new KyselySessionQueries(db);
    for (let time = 1; time <= 3; time += 1) assert.equal(await directory.findByToken(tokenHash), undefined);
    const untold = `no text${String.fromCharCode(0)}`;
    await assert.rejects(directory.findByToken(untold as typeof tokenHash));
    assert.equal(await directory.findByToken(tokenHash), undefined);
    assert.deepEqual(
      kinds,
      Array.from({ length: 5 }, () => 'select true'),
    );
    await db.destroy();
  });
});
