import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { Neighbor, openDatabase } from '../../../../../test/contracts/open-sqlite-file.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { openSqlite, openSqliteReader } from './sqlite-dialect.ts';

describe('A SQLite file', () => {
  it('is kept safe from power cuts, orphans and endless waits', async () => {
    await using open = await openDatabase();
    const pragma = (name: string) => open.database.pragma(name, { simple: true });
    const names = [
      'journal_mode',
      'synchronous',
      'foreign_keys',
      'busy_timeout',
      'journal_size_limit',
      'secure_delete',
    ];
    assert.deepEqual(Object.fromEntries(names.map((name) => [name, pragma(name)])), {
      journal_mode: 'wal',
      // NORMAL: SQLite syncs at checkpoints, and the driver after each commit.
      synchronous: 1,
      foreign_keys: 1,
      busy_timeout: 100,
      journal_size_limit: 64 * 1024 * 1024,
      secure_delete: 2,
    });
  });

  it('is in a folder that is created for it with mode 0700', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'a', 'b', 'guildhall.db');
    await using stores = overDatabase(openSqliteStore(path));
    assert.equal((await stores.health.problems()).length > 0, true);
    assert.equal(statSync(join(folder.path, 'a', 'b')).mode & 0o777, 0o700);
  });

  it('is readable by its owner only, as its -wal and -shm files, in any folder', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const before = process.umask(0o022);
    const db = openSqliteStore(path);
    await migrateToLatest(db, migrations).finally(() => process.umask(before));
    await using _stores = overDatabase(db);
    const modes = ['', '-wal', '-shm'].map((rest) => (statSync(path + rest).mode & 0o777).toString(8));
    assert.deepEqual(modes, ['600', '600', '600']);
  });

  for (const exists of [true, false]) {
    it(`is behind a symbolic link as good as by its name, where it ${exists ? 'exists' : 'is new'}`, async () => {
      await using folder = await aFolder();
      const [file, link] = [join(folder.path, 'disk', 'real.db'), join(folder.path, 'guildhall.db')];
      mkdirSync(dirname(file));
      if (exists) await openSqliteStore(file).destroy();
      symlinkSync(file, link);
      const before = process.umask(0o022);
      const db = openSqliteStore(link);
      await using stores = overDatabase(db);
      await migrateToLatest(db, migrations).finally(() => process.umask(before));
      await stores.unitOfWork.run(({ users }) => users.save(aUser()));
      assert.deepEqual(await stores.health.problems(), []);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(folder.path), ['disk', 'guildhall.db']);
    });
  }

  it('keeps the rights that its owner has given it', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    writeFileSync(path, '');
    chmodSync(path, 0o640);
    await using _stores = overDatabase(openSqliteStore(path));
    assert.equal(statSync(path).mode & 0o777, 0o640);
  });

  it('is read by a connection that can change nothing and does not wait long either', async () => {
    await using open = await openDatabase();
    const reader = openSqliteReader(open.path);
    assert.equal(reader.pragma('busy_timeout', { simple: true }), 100);
    assert.throws(() => reader.exec('delete from users'), { code: 'SQLITE_READONLY' });
    reader.close();
  });

  it('holds nothing of a person who was deleted, once the log has been worked in', async () => {
    await using open = await openDatabase();
    const people = [1, 2, 3].map((n) => aUser({ id: anId(n), email: `user${n}@example.com` }));
    await open.stores.unitOfWork.run(async ({ users }) => {
      for (const person of people) await users.save(person);
    });
    open.database.pragma('wal_checkpoint(TRUNCATE)');
    await open.stores.unitOfWork.run(({ users }) => users.remove(UserId.parse(anId(2))));
    open.database.pragma('wal_checkpoint(TRUNCATE)');
    const file = readFileSync(open.path, 'latin1');
    assert.deepEqual(
      people.map(({ email }) => file.includes(email)),
      [true, false, true],
    );
  });

  it('is not made of just any file', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'holiday.jpg');
    writeFileSync(path, 'x'.repeat(4_096));
    assert.throws(() => openSqlite(path), { code: 'SQLITE_NOTADB' });
  });

  it('refuses a value of the wrong type in every table', async () => {
    await using open = await openDatabase();
    const tables = open.database.prepare('select name, strict from pragma_table_list where schema = ?').all('main');
    const lax = (tables as { name: string; strict: number }[])
      .filter(({ name, strict }) => strict === 0 && !/^(sqlite|kysely)_/.test(name))
      .map(({ name }) => name);
    assert.deepEqual(lax, []);
  });

  it('lets others read, as it was, while a unit of work writes', async () => {
    await using open = await openDatabase();
    using reader = new Neighbor(open.path);
    const during = await open.stores.unitOfWork.run(async ({ users }) => {
      await users.save(aUser());
      return reader.countUsers();
    });
    assert.deepEqual([during, reader.countUsers()], [0, 1]);
  });
});
