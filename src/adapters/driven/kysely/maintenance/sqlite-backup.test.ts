import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { migrateToLatest } from './migrate.ts';
import { backUpSqlite, restoreSqlite } from './sqlite-backup.ts';

const MIGRATIONS = Object.keys(migrations);

/** A store with so many people in it, closed; and a copy's name beside it. */
const aStore = async (people = 3) => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const open = openSqliteStore(path);
  await migrateToLatest(open, migrations);
  const { unitOfWork, ...stores } = overDatabase(open);
  for (let n = 1; n <= people; n += 1) {
    await unitOfWork.run(({ users }) => users.save(aUser({ id: anId(n), email: `user${n}@example.com` })));
  }
  await stores[Symbol.asyncDispose]();
  const copy = join(folder.path, 'copy.db');
  const restore = (options: { from?: string; replaces?: boolean; migrations?: readonly string[] } = {}) =>
    restoreSqlite({ from: copy, to: path, migrations: MIGRATIONS, replaces: false, at: NEW_YEAR, ...options });
  const names = () => readdirSync(folder.path).sort();
  return { folder: folder.path, path, copy, restore, names, [Symbol.asyncDispose]: () => folder.remove() };
};

const peopleIn = (path: string): unknown => {
  const database = new Database(path, { fileMustExist: true });
  try {
    return database.prepare('select count(*) from users').pluck().get();
  } finally {
    database.close();
  }
};

const spoiling = (path: string, sql: string) => {
  const database = new Database(path);
  database.pragma('foreign_keys = off');
  database.exec(sql);
  database.close();
};

describe('A backup of a SQLite store', () => {
  it('holds what the store holds, in one file with mode 0600', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    assert.equal(peopleIn(store.copy), 3);
    assert.equal(statSync(store.copy).mode & 0o777, 0o600);
    assert.deepEqual(store.names(), ['copy.db', 'guildhall.db']);
  });

  it('replaces nothing', async () => {
    await using store = await aStore();
    writeFileSync(store.copy, 'precious');
    assert.throws(() => backUpSqlite(store.path, store.copy), {
      code: 'store-backup.refused',
      message: /exists already; a backup replaces no file/,
    });
    assert.equal(readFileSync(store.copy, 'utf8'), 'precious');
    assert.deepEqual(store.names(), ['copy.db', 'guildhall.db']);
  });

  it('is made beside what is left of one that was killed, and so is a restore', async () => {
    await using store = await aStore();
    // In a container every process has the same id.
    for (const path of [store.copy, store.path]) writeFileSync(`${path}.${process.pid}.unfinished`, 'half');
    backUpSqlite(store.path, store.copy);
    store.restore({ replaces: true });
    assert.deepEqual([peopleIn(store.copy), peopleIn(store.path)], [3, 3]);
  });

  it('is not made of nothing', async () => {
    await using store = await aStore();
    const nowhere = join(store.folder, 'nowhere.db');
    assert.throws(() => backUpSqlite(nowhere, store.copy), {
      code: 'store-backup.not-found',
      message: `There is no store at ${nowhere}.`,
    });
    assert.equal(existsSync(nowhere), false);
  });

  it('of a damaged store is not kept', async () => {
    await using store = await aStore();
    const columns =
      'id, user_id, token_hash, created_at, last_seen_at, ip, user_agent, user_email, user_is_sample, user_mfa';
    spoiling(
      store.path,
      `insert into sessions (${columns}) values ('${anId(8)}', '${anId(9)}', 'x', 'x', 'x', 'x', 'x', 'x', 0, 0)`,
    );
    const complaint = {
      code: 'store-backup.failed',
      message: /guildhall.db is damaged: a row of sessions refers to a row that does not exist/,
    };
    assert.throws(() => backUpSqlite(store.path, store.copy), complaint);
    assert.deepEqual(store.names(), ['guildhall.db']);
  });
});

describe('A restore of a SQLite store', () => {
  it('needs no store to be there, nor its folder', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    chmodSync(store.copy, 0o644);
    const to = join(store.folder, 'new', 'guildhall.db');
    assert.equal(
      restoreSqlite({ from: store.copy, to, migrations: MIGRATIONS, replaces: false, at: NEW_YEAR }),
      undefined,
    );
    assert.equal(peopleIn(to), 3);
    assert.equal(statSync(to).mode & 0o777, 0o600);
    assert.equal(peopleIn(store.copy), 3);
  });

  it('puts the store that is there aside, only where it is instructed to', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    spoiling(store.path, `delete from users where id <> '${anId(1)}'`);
    assert.throws(() => store.restore(), { code: 'store-backup.refused', message: /--replace/ });
    assert.equal(peopleIn(store.path), 1);
    const aside = store.restore({ replaces: true });
    assert.deepEqual([peopleIn(store.path), peopleIn(String(aside))], [3, 1]);
  });

  it('follows symbolic links, to the store and to what is restored', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    const [link, other] = [join(store.folder, 'link.db'), join(store.folder, 'other.db')];
    for (const [target, path] of [
      [store.path, link],
      [store.copy, other],
    ] as const)
      symlinkSync(target, path);
    const options = { migrations: MIGRATIONS, replaces: true, at: NEW_YEAR };
    const aside = String(restoreSqlite({ from: other, to: link, ...options }));
    assert.deepEqual([lstatSync(link).isSymbolicLink(), peopleIn(store.path), peopleIn(aside)], [true, 3, 3]);

    // The target of one is missing, as on a new volume; the other leads to itself.
    const [missing, dangling, loop] = ['new/store.db', 'dangling.db', 'loop.db'].map((name) =>
      join(store.folder, name),
    );
    symlinkSync('new/store.db', dangling ?? '');
    symlinkSync('loop.db', loop ?? '');
    assert.equal(restoreSqlite({ ...options, from: other, to: dangling ?? '' }), undefined);
    assert.deepEqual([lstatSync(dangling ?? '').isSymbolicLink(), peopleIn(missing ?? '')], [true, 3]);
    assert.throws(() => restoreSqlite({ ...options, from: other, to: loop ?? '' }), {
      code: 'store-backup.invalid-path',
      message: /form a loop/,
    });

    // A store in use: its log has what the file has not.
    await using stores = overDatabase(openSqliteStore(store.path));
    await stores.unitOfWork.run(({ users }) => users.save(aUser({ id: anId(4) })));
    assert.throws(() => restoreSqlite({ from: link, to: store.copy, ...options }), { message: /no backup/ });
  });

  it('takes nothing that an older store has left behind for a part of the new one', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    const to = join(store.folder, 'other.db');
    writeFileSync(`${to}-wal`, readFileSync(store.path));
    writeFileSync(`${to}-journal`, 'left behind');
    restoreSqlite({ from: store.copy, to, migrations: MIGRATIONS, replaces: false, at: NEW_YEAR });
    assert.equal(peopleIn(to), 3);
    assert.deepEqual(store.names(), ['copy.db', 'guildhall.db', 'other.db']);
  });

  it('puts a store that is too damaged to be opened aside as it is', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    writeFileSync(store.path, 'not a database at all'.repeat(500));
    writeFileSync(`${store.path}-wal`, 'its log');
    const aside = String(store.restore({ replaces: true }));
    assert.equal(peopleIn(store.path), 3);
    assert.match(readFileSync(aside, 'utf8'), /^not a database/);
    assert.equal(readFileSync(`${aside}-wal`, 'utf8'), 'its log');
  });

  const UNFIT: Record<string, [spoil: (copy: string) => void, complaint: RegExp]> = {
    'any file': [(copy) => writeFileSync(copy, 'holiday'.repeat(1_000)), /file is not a database/],
    'an empty file': [(copy) => truncateSync(copy, 0), /it is no Guildhall store/],
    'a database of another program': [
      (copy) => spoiling(copy, 'drop table kysely_migration'),
      /it is no Guildhall store/,
    ],
    'half a file': [(copy) => truncateSync(copy, 40 * 1024), /cannot be restored: /],
    'the store of a newer version': [
      (copy) => spoiling(copy, "insert into kysely_migration values ('0999-later', '2030')"),
      /a newer version of Guildhall .0999-later/,
    ],
    'a file with a log beside it': [(copy) => writeFileSync(`${copy}-wal`, 'x'), /no backup/],
  };
  for (const [what, [spoil, complaint]] of Object.entries(UNFIT)) {
    it(`refuses ${what}, and leaves the store as it is`, async () => {
      await using store = await aStore();
      backUpSqlite(store.path, store.copy);
      spoil(store.copy);
      const before = store.names();
      assert.throws(() => store.restore({ replaces: true }), { code: 'store-backup.refused', message: complaint });
      assert.equal(peopleIn(store.path), 3);
      assert.deepEqual(store.names(), before);
    });
  }

  it('takes the backup of an older version, which the service then brings up to date', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    store.restore({ replaces: true, migrations: [...MIGRATIONS, '0999-later'] });
    assert.equal(peopleIn(store.path), 3);
  });

  it('refuses while the store is open in any process, also without a request', async () => {
    await using store = await aStore();
    backUpSqlite(store.path, store.copy);
    await using stores = overDatabase(openSqliteStore(store.path));
    assert.throws(() => store.restore({ replaces: true }), {
      code: 'store-backup.refused',
      message: /stop the service first/,
    });
    assert.equal((await stores.userQueries.list({ limit: 9 })).length, 3);
  });

  it('refuses what is not there', async () => {
    await using store = await aStore();
    assert.throws(() => store.restore({ replaces: true }), {
      code: 'store-backup.not-found',
      message: `There is no file ${store.copy}.`,
    });
  });
});
