import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Connection } from 'pg';
import { anAuditEntry } from '../../../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aSession } from '../../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { connected } from '../../../../../test/postgres/connected.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import { AuditEntryId } from '../../../../domain/audit/audit-entry.ts';
import type { Stores } from '../../../../ports/unit-of-work.ts';
import { KyselyUnitOfWork } from '../kysely-unit-of-work.ts';
import { openPostgresStore } from './open-postgres-store.ts';
import { postgresAddressFrom } from './postgres-url.ts';

const user = (n: number) => aUser({ id: anId(n), email: `person${n}@example.com` });
const entry = (n: number) => anAuditEntry({ id: AuditEntryId.parse(anId(n)) });

/** Stores on one connection, which has prepared the start and the end of transactions. */
const preparedStores = async () => {
  const database = await aPostgresDatabase();
  const stores = overDatabase(openPostgresStore(postgresAddressFrom(database.url), { size: 1 }));
  const save = (n: number, entryNumber = n) =>
    stores.unitOfWork.run(async ({ users, audit }) => {
      await users.save(user(n));
      await audit.append(entry(entryNumber));
    });
  for (const n of [1, 2, 3]) await save(n);
  return {
    ...stores,
    save,
    addresses: async () =>
      (await stores.userQueries.list({ limit: 10 })).map(({ email }) => email.slice(6, 7)).join(''),
    async states(): Promise<string[]> {
      const other = await connected(database.url);
      const { rows } = await other.query(
        "select distinct state from pg_stat_activity where datname = current_database() and application_name = 'guildhall'",
      );
      await other.end();
      return rows.map(({ state }) => state);
    },
    async [Symbol.asyncDispose]() {
      await stores[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
};

describe('A transaction whose start and end travel with its statements', { timeout: 120_000 }, () => {
  it('is one round trip where it looks at no result', async (t) => {
    await using stores = await preparedStores();
    const sync = t.mock.method(Connection.prototype as unknown as { sync(): void }, 'sync');
    await stores.save(4);
    assert.equal(sync.mock.callCount(), 1);
    assert.equal(await stores.addresses(), '1234');
  });

  it('reports an error of an earlier statement as that one would, from the next that is sent', async () => {
    await using stores = await preparedStores();
    const taken = aUser({ id: anId(8), email: 'person1@example.com' });
    const work = (next: (stores: Stores) => Promise<unknown>) =>
      stores.unitOfWork.run(async (inside) => {
        await inside.audit.append(entry(8));
        await inside.users.save(taken);
        await next(inside);
      });
    await assert.rejects(
      work(({ audit }) => audit.listUnsealed({ limit: 1 })),
      { code: 'user.email-taken' },
    );
    await assert.rejects(
      work(({ audit }) => audit.append(entry(9))),
      { code: 'user.email-taken' },
    );
    await assert.rejects(
      work(({ audit }) => audit.append(entry(1))),
      { code: 'user.email-taken' },
    );
    assert.equal(await stores.addresses(), '123');
    assert.deepEqual(await stores.states(), ['idle']);
  });

  it('may have more statements than travel together', async () => {
    await using stores = await preparedStores();
    await stores.unitOfWork.run(async ({ audit }) => {
      for (let n = 10; n < 60; n += 1) await audit.append(entry(n));
    });
    const seen = await stores.unitOfWork.run(async ({ audit }) => (await audit.listUnsealed({ limit: 99 })).length);
    assert.equal(seen, 53);
  });

  it('keeps nothing when its last statement fails, and leaves the connection usable', async () => {
    await using stores = await preparedStores();
    await assert.rejects(stores.save(4, 1), { code: 'store.unavailable' });
    assert.equal(await stores.addresses(), '123');
    await stores.save(4);
    assert.equal(await stores.addresses(), '1234');
    assert.deepEqual(await stores.states(), ['idle']);
  });

  it('keeps nothing when its first statement fails', async () => {
    await using stores = await preparedStores();
    await assert.rejects(stores.save(1, 9), { code: 'user.stale' });
    const taken = stores.unitOfWork.run(({ users }) =>
      users.save(aUser({ id: anId(8), email: 'person1@example.com' })),
    );
    await assert.rejects(taken, { code: 'user.email-taken' });
    assert.equal(await stores.addresses(), '123');
    assert.deepEqual(await stores.states(), ['idle']);
  });

  it('reports the error of the first statement, also where it comes with many that follow', async () => {
    await using stores = await preparedStores();
    const taken = stores.unitOfWork.run(async ({ users, audit }) => {
      await users.save(aUser({ id: anId(8), email: 'person1@example.com' }));
      for (let n = 20; n < 40; n += 1) await audit.append(entry(n));
    });
    await assert.rejects(taken, { code: 'user.email-taken' });
    assert.equal(await stores.addresses(), '123');
  });

  it('keeps nothing of a unit of work that fails after its statements', async () => {
    await using stores = await preparedStores();
    const failure = new Error('of this test');
    const work = stores.unitOfWork.run(async ({ users, audit }) => {
      await users.save(user(4));
      await audit.append(entry(4));
      throw failure;
    });
    await assert.rejects(work, failure);
    assert.equal(await stores.addresses(), '123');
    await stores.save(4);
  });

  it('shows to its later statements what the earlier ones have written', async () => {
    await using stores = await preparedStores();
    const seen = await stores.unitOfWork.run(async ({ audit }) => {
      await audit.append(entry(4));
      await audit.append(entry(5));
      return (await audit.listUnsealed({ limit: 10 })).length;
    });
    assert.equal(seen, 5);
  });

  it('may have one statement, or none', async () => {
    await using stores = await preparedStores();
    await stores.unitOfWork.run(({ audit }) => audit.append(entry(4)));
    assert.equal(await stores.unitOfWork.run(async () => 'nothing'), 'nothing');
    assert.deepEqual(await stores.states(), ['idle']);
    assert.equal(await stores.unitOfWork.run(async ({ audit }) => (await audit.listUnsealed({ limit: 9 })).length), 4);
  });

  it('holds its locks until it ends', async () => {
    await using stores = await preparedStores();
    await using database = await aPostgresDatabase();
    await using two = overDatabase(openPostgresStore(postgresAddressFrom(database.url), { size: 2 }));
    await two.unitOfWork.run(({ users }) => users.save(user(1)));
    const order: string[] = [];
    const { promise: isLocked, resolve: locked } = Promise.withResolvers<void>();
    const first = two.unitOfWork.run(async ({ users }) => {
      const found = await users.get(user(1).id);
      locked();
      await users.save(found.changeAge(null));
      order.push('first');
    });
    await isLocked;
    const second = two.unitOfWork.run(async ({ users }) => {
      await users.save((await users.get(user(1).id)).changeAge(null));
      order.push('second');
    });
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first', 'second']);
    assert.equal(await stores.addresses(), '123');
  });
});

describe('A unit of work on Postgres that takes too long', { timeout: 120_000 }, () => {
  it('ASVS 15.4.3: is reported as an unavailable store, and nothing is kept that it writes afterwards', async (t) => {
    await using database = await aPostgresDatabase();
    const db = openPostgresStore(postgresAddressFrom(database.url), { size: 1 });
    await using stores = overDatabase(db);
    const unitOfWork = new KyselyUnitOfWork(db, { timeoutMs: 100 });
    await stores.unitOfWork.run(({ users }) => users.save(user(1)));
    await using other = await connected(database.url);
    await other.query('begin');
    await other.query('select 1 from users for update');

    // Under control of the test: it expires while a statement waits for a lock.
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const late = Promise.withResolvers<PromiseSettledResult<unknown>[]>();
    const slow = unitOfWork.run(async ({ users, attempts, audit }) => {
      await users.get(user(1).id);
      const written = [attempts.count([{ key: 'late', windowMs: 1_000 }], NEW_YEAR), audit.append(entry(1))];
      late.resolve(Promise.allSettled(written));
      await Promise.all(written);
    });
    const message = 'A unit of work took longer than 100 ms';
    const isReported = assert.rejects(slow, { name: 'PortError', code: 'store.unavailable', message });
    const waits = "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while ((await other.query(waits)).rowCount === 0) await nextTurn();
    t.mock.timers.tick(100);
    await nextTurn();
    await other.query('rollback');
    await isReported;

    const outcomes = (await late.promise).map(({ status }) => status);
    assert.deepEqual(outcomes, ['rejected', 'rejected']);
    const { rows } = await other.query('select key from attempts union all select entry from unsealed_audit_entries');
    assert.deepEqual(rows, []);
    await stores.unitOfWork.run(({ users }) => users.save(user(2)));
  });
});

describe('A session that begins while its user changes', { timeout: 120_000 }, () => {
  it('waits, and sees the changed user', async () => {
    await using database = await aPostgresDatabase();
    await using stores = overDatabase(openPostgresStore(postgresAddressFrom(database.url), { size: 4 }));
    await stores.unitOfWork.run(({ users }) => users.save(user(1)));
    const session = aSession({ userId: anId(1) });
    const { promise: isWritten, resolve: written } = Promise.withResolvers<void>();
    const { promise: isWaiting, resolve: waiting } = Promise.withResolvers<void>();
    const change = stores.unitOfWork.run(async ({ users, sessions }) => {
      await users.save((await users.get(user(1).id)).withRole('support', NEW_YEAR));
      await sessions.removeAllOf(user(1).id);
      written();
      await isWaiting;
    });
    await isWritten;
    const other = await connected(database.url);
    const entry = stores.unitOfWork.run(({ sessions }) => sessions.add(session));
    const locks = 'select 1 from pg_stat_activity where datname = current_database() and wait_event_type = $1';
    try {
      while ((await other.query(locks, ['Lock'])).rowCount === 0) await Promise.race([nextTurn(), entry]);
    } finally {
      waiting();
      await other.end();
    }
    await Promise.all([change, entry]);
    const found = await stores.sessionQueries.findByToken(session.toSnapshot().tokenHash);
    assert.equal(found?.role, 'support');
  });
});
