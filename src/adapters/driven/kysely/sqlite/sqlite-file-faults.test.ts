import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, {
  chmodSync,
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { aSession } from '../../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { Neighbor, openDatabase } from '../../../../../test/contracts/open-sqlite-file.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { startTestApp } from '../../../../../test/http/test-app.ts';
import { sqliteStores } from '../../../../composition/wiring/kysely-stores.ts';
import { databaseStartupError } from '../database-startup-errors.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

/** Lets statements fail, of every connection, until it is disposed of. */
const failing = (method: 'run' | 'all', code: string): Disposable => {
  const prototype = Object.getPrototypeOf(new Database(':memory:').prepare('select 1'));
  const original = prototype[method];
  prototype[method] = function (this: Database.Statement, ...parameters: unknown[]) {
    if (this.source === 'begin immediate' || this.source === 'rollback') return original.apply(this, parameters);
    throw Object.assign(new Error('the disk reports an error'), { code });
  };
  return {
    [Symbol.dispose]() {
      prototype[method] = original;
    },
  };
};

const person = (n: number) => aUser({ id: anId(n), email: `user${n}@example.com` });

/** Source: WiseLibs/better-sqlite3#1237. */
describe('A store whose file is moved, deleted or replaced while it is open', () => {
  const FAULTS: Record<string, (path: string) => () => void> = {
    moved: (path) => {
      renameSync(path, `${path}.elsewhere`);
      return () => renameSync(`${path}.elsewhere`, path);
    },
    replaced: (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(path, `${path}.elsewhere`);
      renameSync(`${path}.copy`, path);
      return () => renameSync(`${path}.elsewhere`, path);
    },
  };
  for (const [what, damage] of Object.entries(FAULTS)) {
    it(`acknowledges no write and reports the failure while it is ${what}, and goes on when it is back`, async () => {
      await using open = await openDatabase();
      const { path, stores } = open;
      await stores.unitOfWork.run(({ users }) => users.save(person(1)));
      const repair = damage(path);
      const units = [2, 3].map((n) => stores.unitOfWork.run(({ users }) => users.save(person(n))));
      const outcomes = await Promise.allSettled(units);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code),
        ['store.unavailable', 'store.unavailable'],
      );
      assert.deepEqual(await stores.health.problems(), [
        'The file of the store, or its -wal or -shm, was moved, deleted or replaced.',
      ]);
      repair();
      await stores.unitOfWork.run(({ users }) => users.save(person(4)));
      assert.deepEqual(await stores.health.problems(), []);
      const emails = (await stores.userQueries.list({ limit: 9 })).map(({ email }) => email);
      assert.deepEqual(emails, ['user1@example.com', 'user4@example.com']);
    });
  }

  it('acknowledges no write once a symbolic link leads to another file', async () => {
    await using folder = await aFolder();
    const at = (name: string) => join(folder.path, name);
    for (const name of ['one.db', 'two.db']) {
      const db = openSqliteStore(at(name));
      await migrateToLatest(db, migrations);
      await db.destroy();
    }
    symlinkSync(at('one.db'), at('guildhall.db'));
    await using stores = overDatabase(openSqliteStore(at('guildhall.db')));
    await stores.unitOfWork.run(({ users }) => users.save(person(1)));
    rmSync(at('guildhall.db'));
    symlinkSync(at('two.db'), at('guildhall.db'));
    await assert.rejects(
      stores.unitOfWork.run(({ users }) => users.save(person(2))),
      { code: 'store.unavailable' },
    );
  });

  it('acknowledges no write once its log is deleted', async () => {
    await using open = await openDatabase();
    const { path, stores } = open;
    await stores.unitOfWork.run(({ users }) => users.save(person(1)));
    rmSync(`${path}-wal`);
    await assert.rejects(
      stores.unitOfWork.run(({ users }) => users.save(person(2))),
      { code: 'store.unavailable' },
    );
  });

  it('acknowledges no write once the index of its log is deleted, and leaves the log to the next process', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const stores = sqliteStores(path);
    await stores.migrate();
    await stores.unitOfWork.run(({ users }) => users.save(person(1)));
    rmSync(`${path}-shm`);
    await assert.rejects(
      stores.unitOfWork.run(({ users }) => users.save(person(2))),
      { code: 'store.unavailable' },
    );
    // A process that opens the store now has an index of its own.
    const script = 'new (require("better-sqlite3"))(process.argv[1]).exec("create table written (n)")';
    execFileSync(process.execPath, ['-e', script, path], { cwd: import.meta.dirname });
    await stores.close();
    using next = new Neighbor(path);
    assert.equal(next.countUsers(), 1);
    assert.deepEqual(next.database.prepare('select * from written').all(), []);
  });

  it('is not ready, and is ready again without a restart', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    await using app = await startTestApp({ DATABASE_URL: `file:${path}` });
    const ready = async () => (await app.call('GET', '/_ready')).status;
    assert.equal(await ready(), 200);
    renameSync(path, `${path}.elsewhere`);
    while ((await ready()) === 200) await wait(50);
    renameSync(`${path}.elsewhere`, path);
    while ((await ready()) === 503) await wait(50);
  });
});

describe('A full disk', () => {
  for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE']) {
    it(`makes a store unready until there is room, and is named at a start: ${code}`, async () => {
      await using open = await openDatabase();
      const { path, stores } = open;
      {
        using _ = failing('run', code);
        assert.deepEqual(await stores.health.problems(), ['The disk of the store is full.']);
      }
      assert.deepEqual(await stores.health.problems(), []);
      const message = `The store ${path} cannot be used: the disk is full.`;
      assert.equal(databaseStartupError(Object.assign(new Error(), { code }), { kind: 'sqlite', path }), message);
    });
  }
});

describe('A read that the disk fails', () => {
  it('is reported as an unavailable store, on every way to the disk', async () => {
    await using folder = await aFolder();
    const stores = sqliteStores(join(folder.path, 'guildhall.db'));
    await stores.migrate();
    const { tokenHash } = aSession().toSnapshot();
    assert.equal(await stores.sessionQueries.findByToken(tokenHash), undefined);
    {
      using _ = failing('all', 'SQLITE_IOERR_READ');
      await assert.rejects(stores.sessionQueries.findByToken(tokenHash), { code: 'store.unavailable' });
      await assert.rejects(stores.users.get(aUser().id), { code: 'store.unavailable' });
    }
    await stores.close();
  });
});

describe('The start of a service on a file that was not closed', () => {
  for (const name of ['guildhall.db', 'link.db']) {
    it(`is rejected where pages are damaged: ${name}`, async () => {
      await using open = await openDatabase();
      await using folder = await aFolder();
      await open.stores.unitOfWork.run(async ({ users }) => {
        for (let n = 1; n <= 300; n += 1) await users.save(person(n));
      });
      const path = join(folder.path, 'guildhall.db');
      open.database.pragma('wal_checkpoint(TRUNCATE)');
      await open.stores.unitOfWork.run(({ users }) => users.save(person(301)));
      for (const suffix of ['', '-wal']) copyFileSync(open.path + suffix, path + suffix);
      chmodSync(path, 0o600);
      const file = openSync(path, 'r+');
      // A page of users, which nothing reads at a start, and which is not in the log.
      const page = readFileSync(path).indexOf('user150@example.com') & ~4095;
      writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page);

      symlinkSync(path, join(folder.path, 'link.db'));
      const opened = join(folder.path, name);
      const start = async () => {
        await using stores = { ...sqliteStores(opened), [Symbol.asyncDispose]: () => stores.close() };
        return await stores.migrate().catch((error) => error);
      };
      const message = `The store ${opened} cannot be used: the file is damaged.`;
      // Closing the store merges its log.
      for (const _ of ['first', 'second'])
        assert.equal(databaseStartupError(await start(), { kind: 'sqlite', path: opened }), message);
      assert.equal(existsSync(`${path}-wal`), false);
      copyFileSync(open.path, path);
      chmodSync(path, 0o600);
      assert.deepEqual(await start(), [], 'until a valid file takes its place');
      assert.equal(existsSync(`${path}-damaged`), false);
    });
  }
});

describe('A store that others on the machine can read or change', () => {
  for (const mode of [0o666, 0o644, 0o602]) {
    it(`is rejected, as a secret file is: mode ${mode.toString(8)}`, async () => {
      await using folder = await aFolder();
      const path = join(folder.path, 'guildhall.db');
      await openSqliteStore(path).destroy();
      chmodSync(path, mode);
      const open = () => openSqliteStore(path);
      assert.throws(open, (error) => {
        const message = databaseStartupError(error, { kind: 'sqlite', path });
        assert.equal(
          message,
          `The store ${path} cannot be used: others on this machine can read or change it; run chmod 600 on it.`,
        );
        return true;
      });
    });
  }
});

describe('A commit', () => {
  it('is acknowledged once the disk has confirmed it, and reads and other work go on meanwhile', async (test) => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await using stores = overDatabase(db);
    await migrateToLatest(db, migrations);
    const { promise: isSyncing, resolve: syncing } = Promise.withResolvers<() => void>();
    const sync = test.mock.method(fs, 'fdatasync', (_file: number, done: (error: null) => void) =>
      syncing(() => done(null)),
    );
    let isAcknowledged = false;
    const write = stores.unitOfWork.run(({ users }) => users.save(person(1)));
    void write.then(() => {
      isAcknowledged = true;
    });
    const confirm = await isSyncing;
    await wait(20);
    assert.deepEqual((await stores.userQueries.list({ limit: 9 })).length, 1);
    assert.equal(isAcknowledged, false);
    confirm();
    await write;
    assert.equal(sync.mock.callCount(), 1);
  });

  it('that the disk does not confirm is no success, and is in the file itself before the next one', async (test) => {
    await using open = await openDatabase();
    const { path, stores } = open;
    const sync = test.mock.method(fs, 'fdatasync', (_file: number, done: (error: Error) => void) =>
      done(Object.assign(new Error('i/o error'), { code: 'EIO' })),
    );
    for (const n of [1, 2]) {
      await assert.rejects(
        stores.unitOfWork.run(({ users }) => users.save(person(n))),
        { code: 'store.unavailable' },
      );
    }
    sync.mock.restore();
    await stores.unitOfWork.run(({ users }) => users.save(person(3)));
    // Without the log, as after a power failure of a disk that never had it.
    copyFileSync(path, `${path}.copy`);
    const copy = new Database(`${path}.copy`);
    assert.deepEqual(copy.prepare('select email from users order by id').pluck().all(), [
      'user1@example.com',
      'user2@example.com',
    ]);
    copy.close();
  });

  it('is confirmed again only by those that have written, or that see what another process has committed', async (test) => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const db = openSqliteStore(path);
    await using stores = overDatabase(db);
    await migrateToLatest(db, migrations);
    await using other = overDatabase(openSqliteStore(path));
    await stores.unitOfWork.run(({ users }) => users.save(person(1)));
    const sync = test.mock.method(fs, 'fdatasync');
    const isEmpty = () => stores.unitOfWork.run(({ users }) => users.isEmpty());
    for (const _ of [1, 2]) await isEmpty();
    assert.equal(sync.mock.callCount(), 0);
    await other.unitOfWork.run(({ users }) => users.save(person(2)));
    assert.equal(sync.mock.callCount(), 1);
    for (const _ of [1, 2]) await isEmpty();
    assert.equal(sync.mock.callCount(), 2);
    await other.unitOfWork.run(({ users }) => users.save(person(3)));
    const failing = stores.unitOfWork.run(async ({ users }) => {
      await users.isEmpty();
      throw new Error('refused');
    });
    await assert.rejects(failing, /refused/);
    assert.equal(sync.mock.callCount(), 4);
  });

  it('that is being confirmed is awaited before its files are closed', async (test) => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await migrateToLatest(db, migrations);
    const stores = overDatabase(db);
    const { fdatasync } = fs;
    const slow = (file: number, done: (error: NodeJS.ErrnoException | null) => void) =>
      void wait(50).then(() => fdatasync(file, done));
    test.mock.method(fs, 'fdatasync', slow);
    const write = stores.unitOfWork.run(({ users }) => users.save(person(1)));
    await wait(10);
    await Promise.all([write, db.destroy()]);
  });
});
