import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aPasswordReset } from '../../../../../test/builders/password-reset-builder.ts';
import { aSession } from '../../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { Neighbor, openDatabase } from '../../../../../test/contracts/open-sqlite-file.ts';
import type { OpenStores } from '../../../../../test/contracts/open-stores.ts';
import type { PortError } from '../../../../ports/port-error.ts';

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
    // The other writer waits for turns of this process, which would not come if it stood still.
    for (let turns = 0; turns < 20; turns += 1) await nextTurn();
    other.database.exec('rollback');
    await waiting;
    assert.equal(await open.stores.users.isEmpty(), false);
  });

  it('reports store.unavailable while another writer holds the lock', { timeout: 600_000 }, async () => {
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

  it('reports a full disk, rolls back, and continues once there is space', async () => {
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

    await writeRows(open.stores, 1);
    assert.ok(prepared.length >= 10, `${prepared.length} statements were prepared`);
    assert.equal(new Set(prepared).size, prepared.length);
    const first = prepared.length;
    for (let n = 2; n <= 20; n += 1) await writeRows(open.stores, n);
    assert.deepEqual(prepared.slice(first), []);
  });
});

/** Rows of one user, from registration to deletion. */
const writeRows = async ({ unitOfWork, users, userQueries, sessionQueries }: OpenStores, n: number): Promise<void> => {
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
  await userQueries.list({ limit: 50 });
  await sessionQueries.findByToken(session.toSnapshot().tokenHash);
  await unitOfWork.run((inside) => inside.users.remove(user.id));
};
