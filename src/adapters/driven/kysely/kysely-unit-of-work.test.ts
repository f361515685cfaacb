import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../../../migrations/migrations.ts';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aPasswordReset } from '../../../../test/builders/password-reset-builder.ts';
import { aSession } from '../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { aFolder } from '../../../../test/contracts/open-stores.ts';
import { PasswordHash } from '../../../domain/user/password-hash.ts';
import type { Stores } from '../../../ports/unit-of-work.ts';
import { KyselyUnitOfWork } from './kysely-unit-of-work.ts';
import { migrateToLatest } from './maintenance/migrate.ts';
import { KyselyUsers } from './repositories/kysely-users.ts';
import type { Schema } from './schema.ts';
import { GuildhallSqliteDialect, openSqlite } from './sqlite/sqlite-dialect.ts';

/** Longer than a unit of work takes on any machine. Unit: ms. */
const LONG_MS = 600_000;

const open = async (timeoutMs = LONG_MS) => {
  const folder = await aFolder();
  const database = openSqlite(join(folder.path, 'guildhall.db'));
  const faults = new Faults(database);
  const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database) });
  await migrateToLatest(db, migrations);
  return {
    unitOfWork: new KyselyUnitOfWork(db, { timeoutMs }),
    outerUsers: new KyselyUsers(db),
    database,
    faults,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await folder.remove();
    },
  };
};

const bob = aUser({ id: anId(2), email: 'bob@example.com' });

describe('KyselyUnitOfWork and a store outside it', () => {
  /** The transaction timeout is under control of the test: it expires once the unit of work hangs. */
  const openWatched = async (t: TestContext) => {
    const store = await open(100);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { promise: isStuck, resolve: getStuck } = Promise.withResolvers<void>();
    void isStuck.then(() => t.mock.timers.tick(100));
    return { ...store, getStuck };
  };

  it('ASVS 15.4.3: does not wait for ever, says why, and goes on', async (t) => {
    await using store = await openWatched(t);
    const stuck = store.unitOfWork.run(() => {
      store.getStuck();
      return store.outerUsers.isEmpty();
    });
    await assert.rejects(stuck, { name: 'BrokenInvariant', message: /100 ms: is it using an outer store/ });
    await store.unitOfWork.run(({ users }) => users.save(aUser()));
    assert.equal(await store.outerUsers.isEmpty(), false);
  });

  it('waits longer for a long one', async (t) => {
    await using store = await openWatched(t);
    const long = store.unitOfWork.run(
      async ({ users }) => {
        store.getStuck();
        await new Promise(setImmediate);
        return users.isEmpty();
      },
      { isLong: true },
    );
    assert.equal(await long, true);
    const stuck = store.unitOfWork.run(
      () => {
        queueMicrotask(() => t.mock.timers.tick(20_000));
        return store.outerUsers.isEmpty();
      },
      { isLong: true },
    );
    await assert.rejects(stuck, { name: 'BrokenInvariant', message: /20000 ms/ });
  });

  it('keeps nothing of it: neither what was written before it got stuck, nor what it writes when it comes free', async (t) => {
    await using store = await openWatched(t);
    const afterwards = Promise.withResolvers<void>();
    const stuck = store.unitOfWork.run(async ({ users }) => {
      await users.save(aUser());
      store.getStuck();
      await store.outerUsers.isEmpty();
      afterwards.resolve(users.save(bob));
    });
    await assert.rejects(stuck, { name: 'BrokenInvariant' });
    await assert.rejects(afterwards.promise, /rolled back/);
    assert.equal(await store.outerUsers.isEmpty(), true);
  });

  it('catches a unit of work inside a unit of work', async (t) => {
    await using store = await openWatched(t);
    const stuck = store.unitOfWork.run(async ({ users }) => {
      await users.save(aUser());
      store.getStuck();
      await store.unitOfWork.run((inner) => inner.users.isEmpty());
    });
    await assert.rejects(stuck, { name: 'BrokenInvariant' });
    assert.equal(await store.outerUsers.isEmpty(), true);
  });

  it('refuses what is written after the end of the unit of work', async () => {
    await using store = await open();
    let kept: Stores | undefined;
    await store.unitOfWork.run(async (stores) => {
      kept = stores;
    });
    await assert.rejects(async () => kept?.users.save(aUser()), /committed/);
    assert.equal(await store.outerUsers.isEmpty(), true);
  });
});

describe('KyselyUnitOfWork with a database that fails', () => {
  const register = async ({ users, outbox }: Stores): Promise<void> => {
    await users.save(bob);
    await outbox.add(anId(22), { kind: 'welcome', to: bob.email }, NEW_YEAR);
  };

  const resetPassword = async ({ users, sessions, passwordResets, attempts, outbox }: Stores): Promise<void> => {
    await passwordResets.take(aPasswordReset().toSnapshot().tokenHash);
    const user = await users.get(aUser().id);
    await users.save(user.setPassword(PasswordHash.parse('$argon2id$new')));
    await sessions.removeAllOf(user.id);
    await attempts.refund(['reset']);
    await attempts.clear(['login']);
    await outbox.add(anId(23), { kind: 'password-changed', to: user.email, at: NEW_YEAR }, NEW_YEAR);
  };

  const fill = async ({ users, sessions, passwordResets, attempts, outbox }: Stores): Promise<void> => {
    await users.save(aUser());
    await sessions.add(aSession());
    await passwordResets.put(aPasswordReset());
    await attempts.count(
      ['reset', 'login'].map((key) => ({ key, windowMs: 1_000 })),
      NEW_YEAR,
    );
    await outbox.add(anId(21), { kind: 'welcome', to: aUser().email }, NEW_YEAR);
  };

  for (const [name, work, statements] of [
    ['registration', register, 4],
    ['password reset', resetPassword, 10],
  ] as const) {
    for (const moment of ['before', 'after'] as const) {
      it(`ASVS 2.3.3: keeps nothing of a ${name} that fails ${moment} any of its statements`, async () => {
        await using store = await open();
        await store.unitOfWork.run(fill);
        const before = contentsOf(store.database);
        // A failure after the commit undoes nothing: only the report of it failed.
        const breakable = moment === 'before' ? statements : statements - 1;
        for (let n = 1; n <= breakable; n += 1) {
          store.faults.arm(n, moment);
          await assert.rejects(store.unitOfWork.run(work), /the disk is on fire/, `statement ${n}`);
          assert.deepEqual(contentsOf(store.database), before, `statement ${n}`);
        }
        store.faults.arm(statements + 1, 'before');
        await store.unitOfWork.run(work);
        store.faults.disarm();
        assert.notDeepEqual(contentsOf(store.database), before);
      });
    }
  }
});

/** Every row of every table. */
const contentsOf = (database: Database.Database): Record<string, unknown[]> => {
  const tables = ['users', 'sessions', 'password_resets', 'attempts', 'outbox'];
  return Object.fromEntries(tables.map((table) => [table, database.prepare(`select * from ${table}`).all()]));
};

/** Makes the connection fail at a statement of our choice, before or after SQLite has run it. */
class Faults {
  #countdown = 0;
  #moment: 'before' | 'after' = 'before';

  constructor(database: Database.Database) {
    const prepare = database.prepare.bind(database);
    database.prepare = ((sql: string) => this.#fragile(prepare(sql))) as typeof database.prepare;
  }

  /** The `n`th statement from now on fails, and only that. */
  arm(n: number, moment: 'before' | 'after'): void {
    this.#countdown = n;
    this.#moment = moment;
  }

  disarm(): void {
    this.#countdown = 0;
  }

  #fragile(statement: Database.Statement): Database.Statement {
    return new Proxy(statement, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target);
        if (name !== 'run' && name !== 'all') return value;
        return (...parameters: unknown[]) => {
          this.#countdown -= 1;
          const isHit = this.#countdown === 0;
          if (isHit && this.#moment === 'before') throw new Error('the disk is on fire');
          const result = value.apply(target, parameters);
          if (isHit) throw new Error('the disk is on fire');
          return result;
        };
      },
    });
  }
}
