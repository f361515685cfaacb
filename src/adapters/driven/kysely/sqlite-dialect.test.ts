import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../../../migrations/migrations.ts';
import { aFolder, type OpenStores, overDatabase } from '../../../../test/contracts/open-stores.ts';
import { anId } from '../../../../test/mothers/ids.ts';
import { NEW_YEAR } from '../../../../test/mothers/instants.ts';
import { aPasswordReset } from '../../../../test/mothers/password-reset-mother.ts';
import { aSession } from '../../../../test/mothers/session-mother.ts';
import { aUser } from '../../../../test/mothers/user-mother.ts';
import { UserId } from '../../../domain/user/user-id.ts';
import type { PortError } from '../../../ports/port-error.ts';
import { migrateToLatest } from './migrate.ts';
import { openSqliteStore } from './open-store.ts';
import type { Schema } from './schema.ts';
import { openSqlite, openSqliteReader, PatientSqliteDialect } from './sqlite-dialect.ts';

type OpenDatabase = AsyncDisposable & Readonly<{ path: string; database: Database.Database; stores: OpenStores }>;

/** A set-up store, together with the connection it works on. */
const openDatabase = async (): Promise<OpenDatabase> => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const database = openSqlite(path);
  const db = new Kysely<Schema>({ dialect: new PatientSqliteDialect(database) });
  await migrateToLatest(db, migrations);
  const stores = overDatabase(db, () => folder.remove());
  return { path, database, stores, [Symbol.asyncDispose]: () => stores[Symbol.asyncDispose]() };
};

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
      synchronous: 2,
      foreign_keys: 1,
      busy_timeout: 100,
      journal_size_limit: 64 * 1024 * 1024,
      secure_delete: 2,
    });
  });

  it('lies in a folder that is made for it and that nobody else may read', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'a', 'b', 'guildhall.db');
    await using stores = overDatabase(openSqliteStore(path));
    assert.equal((await stores.health.missing()).length > 0, true);
    assert.equal(statSync(join(folder.path, 'a', 'b')).mode & 0o777, 0o700);
  });

  it('is readable by nobody else, with its companions, whatever folder it lies in', async () => {
    await using folder = await aFolder();
    const path = join(folder.path, 'guildhall.db');
    const before = process.umask(0o022);
    const db = openSqliteStore(path);
    await migrateToLatest(db, migrations).finally(() => process.umask(before));
    await using _stores = overDatabase(db);
    const modes = ['', '-wal', '-shm'].map((rest) => (statSync(path + rest).mode & 0o777).toString(8));
    assert.deepEqual(modes, ['600', '600', '600']);
  });

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

describe('A transaction on SQLite', () => {
  it('takes the write lock before its first question', async () => {
    await using open = await openDatabase();
    using other = new Neighbor(open.path);
    const grab = () => other.database.exec('begin immediate; rollback');
    await open.stores.unitOfWork.run(async ({ users }) => {
      assert.throws(grab, { code: 'SQLITE_BUSY' }, 'before anything was asked');
      await users.isEmpty();
      assert.throws(grab, { code: 'SQLITE_BUSY' }, 'after a question');
    });
    assert.doesNotThrow(grab);
  });

  it('lets the rest of the process go on while it waits for another writer', async () => {
    await using open = await openDatabase();
    using other = new Neighbor(open.path);
    other.database.exec('begin immediate');
    const waiting = open.stores.unitOfWork.run(({ users }) => users.save(aUser()));
    let heartbeats = 0;
    const heart = setInterval(() => {
      heartbeats += 1;
      if (heartbeats === 20) other.database.exec('rollback');
    }, 5);
    await waiting.finally(() => clearInterval(heart));
    assert.equal(heartbeats >= 20, true);
    assert.equal(await open.stores.users.isEmpty(), false);
  });

  it('says that the store is unavailable when another writer stays in the way', { timeout: 30_000 }, async () => {
    await using open = await openDatabase();
    open.database.pragma('busy_timeout = 1');
    using other = new Neighbor(open.path);
    other.database.exec('begin immediate');
    const write = open.stores.unitOfWork.run(({ users }) => users.save(aUser()));
    await assert.rejects(write, { name: 'PortError', code: 'store.unavailable' });
    other.database.exec('rollback');
    assert.equal(await open.stores.users.isEmpty(), true);
    await open.stores.unitOfWork.run(({ users }) => users.save(aUser()));
  });

  it('tells that the disk is full, keeps nothing of it, and goes on once there is room', async () => {
    await using open = await openDatabase();
    const { database, stores } = open;
    const big = aUser({ name: '馬'.repeat(200) });
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
    const filling = stores.unitOfWork.run(async ({ users }) => {
      for (let n = 1; n <= 1_000; n += 1) {
        await users.save(aUser({ id: anId(n), email: `user${n}@example.com`, name: big.name }));
      }
    });
    await assert.rejects(filling, (error: PortError) => {
      assert.equal(error.code, 'store.unavailable');
      assert.equal((error.cause as { code: string }).code, 'SQLITE_FULL');
      return true;
    });
    assert.equal(await stores.users.isEmpty(), true);
    database.pragma('max_page_count = 1000000');
    await stores.unitOfWork.run(({ users }) => users.save(big));
    assert.equal(await stores.users.isEmpty(), false);
  });
});

describe('A statement on SQLite', () => {
  it('is prepared once, however often it runs', async () => {
    await using open = await openDatabase();
    const prepared: string[] = [];
    const prepare = open.database.prepare.bind(open.database);
    open.database.prepare = ((sql: string) => {
      prepared.push(sql);
      return prepare(sql);
    }) as typeof open.database.prepare;

    await visit(open.stores, 1);
    assert.ok(prepared.length >= 10, `${prepared.length} statements were prepared`);
    assert.equal(new Set(prepared).size, prepared.length);
    const first = prepared.length;
    for (let n = 2; n <= 20; n += 1) await visit(open.stores, n);
    assert.deepEqual(prepared.slice(first), []);
  });
});

/** What somebody does between coming and going. */
const visit = async ({ unitOfWork, users, userDirectory, sessionDirectory }: OpenStores, n: number): Promise<void> => {
  const user = aUser({ id: anId(n), email: `user${n}@example.com` });
  const session = aSession({ id: anId(0x1000 + n), userId: user.id, tokenHash: n.toString(16).padStart(64, '0') });
  await unitOfWork.run(async (inside) => {
    await inside.users.save(user);
    await inside.outbox.add(anId(n), { kind: 'welcome', to: user.email }, NEW_YEAR);
    await inside.passwordResets.put(aPasswordReset({ userId: user.id, tokenHash: n.toString(16).padStart(64, 'e') }));
    await inside.attempts.count([{ key: user.email, windowMs: 1_000 }], NEW_YEAR);
    await inside.sessions.add(session);
    await inside.sessions.touch(session.id, NEW_YEAR);
  });
  await users.get(user.id);
  await userDirectory.list({ limit: 50 });
  await sessionDirectory.findByToken(session.toSnapshot().tokenHash);
  await unitOfWork.run((inside) => inside.users.remove(user.id));
};

/** A second connection to the same file, as another process would have one. It does not wait. */
class Neighbor implements Disposable {
  readonly database: Database.Database;

  constructor(path: string) {
    this.database = new Database(path, { timeout: 0 });
  }

  countUsers(): unknown {
    return this.database.prepare('select count(*) from users').pluck().get();
  }

  [Symbol.dispose](): void {
    this.database.close();
  }
}
