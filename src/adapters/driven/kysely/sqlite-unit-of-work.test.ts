import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../../../migrations/migrations.ts';
import { aFolder } from '../../../../test/contracts/open-stores.ts';
import { anId } from '../../../../test/mothers/ids.ts';
import { aUser } from '../../../../test/mothers/user-mother.ts';
import type { Stores } from '../../../ports/unit-of-work.ts';
import { KyselyUserDirectory } from './kysely-user-directory.ts';
import { migrateToLatest } from './migrate.ts';
import type { Schema } from './schema.ts';
import { openSqlite, openSqliteReader, PatientSqliteDialect } from './sqlite-dialect.ts';
import { SqliteUnitOfWork } from './sqlite-unit-of-work.ts';

const open = async (limits: { watchdogMs?: number; longestGroupMs?: number } = {}) => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const database = openSqlite(path);
  const told: string[] = [];
  const commits = new Commits(database, () => told.push('commit'));
  const db = new Kysely<Schema>({ dialect: new PatientSqliteDialect(database, openSqliteReader(path)) });
  await migrateToLatest(db, migrations);
  told.length = 0;
  const directory = new KyselyUserDirectory(db);
  return {
    unitOfWork: new SqliteUnitOfWork(db, { longestGroupMs: Number.POSITIVE_INFINITY, ...limits }),
    database,
    commits,
    told,
    emails: async () => (await directory.list({ limit: 1_000 })).map(({ email }) => String(email)),
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await folder.remove();
    },
  };
};

const person = (n: number) => aUser({ id: anId(n), email: `user${n}@example.com` });

const saving =
  (n: number) =>
  ({ users }: Stores): Promise<void> =>
    users.save(person(n));

const emailsOf = (...numbers: number[]) => numbers.map((n) => `user${n}@example.com`);

const fates = async (outcomes: Promise<unknown>[]) =>
  (await Promise.allSettled(outcomes)).map((outcome) =>
    outcome.status === 'fulfilled' ? outcome.value : (outcome.reason.code ?? outcome.reason.message),
  );

describe('Units of work that wait together', () => {
  it('share one commit, and none hears anything before it', async () => {
    await using store = await open();
    const units = [1, 2, 3, 4].map(async (n) => {
      await store.unitOfWork.run(saving(n));
      store.told.push(`done ${n}`);
    });
    await Promise.all(units);
    assert.deepEqual(store.told, ['commit', 'done 1', 'done 2', 'done 3', 'done 4']);
    assert.deepEqual(await store.emails(), emailsOf(1, 2, 3, 4));
  });

  it('get back each their own', async () => {
    await using store = await open();
    const units = [1, 2, 3].map((n) => store.unitOfWork.run(async () => n));
    assert.deepEqual(await Promise.all(units), [1, 2, 3]);
    assert.equal(store.told.length, 1);
  });

  it('see what those before them have written', async () => {
    await using store = await open();
    const units = [store.unitOfWork.run(saving(1)), store.unitOfWork.run(({ users }) => users.isEmpty())];
    assert.deepEqual(await fates(units), [undefined, false]);
    assert.equal(store.told.length, 1);
  });

  it('do not suffer from one that refuses, of which nothing is kept', async () => {
    await using store = await open();
    const refusing = store.unitOfWork.run(async (stores) => {
      await saving(2)(stores);
      store.told.push('refused');
      throw new Error('No.');
    });
    const units = [store.unitOfWork.run(saving(1)), refusing, store.unitOfWork.run(saving(3))];
    assert.deepEqual(await fates(units), [undefined, 'No.', undefined]);
    assert.deepEqual(store.told, ['refused', 'commit']);
    assert.deepEqual(await store.emails(), emailsOf(1, 3));
  });

  it('all fail where the commit fails, also one that was refused because of a row that is now gone', async () => {
    await using store = await open();
    const units = [1, 1, 2].map((n) => store.unitOfWork.run(saving(n)));
    store.commits.failNext('SQLITE_IOERR_FSYNC');
    const expected = ['store.unavailable', 'store.unavailable', 'store.unavailable'];
    assert.deepEqual(await fates(units), expected);
    assert.deepEqual(await store.emails(), []);
    const again = [1, 1, 2].map((n) => store.unitOfWork.run(saving(n)));
    assert.deepEqual(await fates(again), [undefined, 'user.stale', undefined]);
  });

  it('are tried again together where another writer was in the way of the commit', async () => {
    await using store = await open();
    const units = [1, 2].map((n) => store.unitOfWork.run(saving(n)));
    store.commits.failNext('SQLITE_BUSY');
    assert.deepEqual(await fates(units), [undefined, undefined]);
    assert.deepEqual(store.told, ['commit', 'commit']);
    assert.deepEqual(await store.emails(), emailsOf(1, 2));
  });

  it('do not suffer from one for which there is no room on the disk', async () => {
    await using store = await open();
    const { database, unitOfWork } = store;
    // Room for a few rows, not for a thousand.
    database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + 2}`);
    const filling = unitOfWork.run(async ({ users }) => {
      for (let n = 100; n < 1_100; n += 1) await users.save(person(n));
    });
    const units = [unitOfWork.run(saving(1)), filling, unitOfWork.run(saving(2))];
    assert.deepEqual(await fates(units), [undefined, 'store.unavailable', undefined]);
    assert.deepEqual(await store.emails(), emailsOf(1, 2));
  });

  it('keep nothing of one that goes on after the disk was full', async () => {
    await using store = await open();
    const { database, unitOfWork } = store;
    const stubborn = async (stores: Stores) => {
      database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
      try {
        for (let n = 100; n < 1_100; n += 1) await stores.users.save(person(n));
      } catch {
        database.pragma('max_page_count = 1000000');
      }
      await saving(2)(stores);
    };
    const units = [unitOfWork.run(saving(1)), unitOfWork.run(stubborn)];
    assert.deepEqual(await fates(units), [undefined, 'The transaction was already rolled back']);
    assert.deepEqual(await store.emails(), emailsOf(1));
  });

  it('are at most 64 to a commit', async () => {
    await using store = await open();
    await Promise.all(Array.from({ length: 150 }, (_, index) => store.unitOfWork.run(saving(index + 1))));
    assert.equal(store.told.length, 3);
    assert.equal((await store.emails()).length, 150);
  });

  it('do not wait for others once the group has taken long', async () => {
    await using store = await open({ longestGroupMs: 20 });
    const slow = (n: number) => async (stores: Stores) => {
      await saving(n)(stores);
      await wait(40);
    };
    const units = [1, 2, 3].map(async (n) => {
      await store.unitOfWork.run(slow(n));
      store.told.push(`done ${n}`);
    });
    await Promise.all(units);
    assert.deepEqual(store.told, ['commit', 'done 1', 'commit', 'done 2', 'commit', 'done 3']);
  });
});

describe('ASVS 15.4.3: a unit of work that is stuck', () => {
  it('is given up alone, and what it does when it comes free is kept by nobody', async () => {
    await using store = await open({ watchdogMs: 200 });
    const free = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const stuck = store.unitOfWork.run(async (stores) => {
      await saving(2)(stores);
      await free.promise;
      late.resolve(stores.users.save(person(4)).catch(({ message }) => message));
    });
    const units = [store.unitOfWork.run(saving(1)), stuck, store.unitOfWork.run(saving(3))];
    assert.deepEqual(await fates(units), [
      undefined,
      'A unit of work took longer than 200 ms: is it using an outer store?',
      undefined,
    ]);
    free.resolve();
    assert.match(String(await late.promise), /already/);
    assert.deepEqual(await store.emails(), emailsOf(1, 3));
  });

  it('because it waits for another inside it, is given up, and the other has its turn', async () => {
    await using store = await open({ watchdogMs: 100 });
    const nested = store.unitOfWork.run(async (stores) => {
      await saving(1)(stores);
      await store.unitOfWork.run(saving(2));
    });
    const units = [nested, store.unitOfWork.run(saving(3))];
    const [first, second] = await fates(units);
    assert.match(first, /longer than 100 ms/);
    assert.equal(second, undefined);
    await store.unitOfWork.run(async () => {});
    assert.deepEqual(await store.emails(), emailsOf(2, 3));
  });
});

describe('What a unit of work does after its end', () => {
  for (const [how, word] of [
    ['kept', 'committed'],
    ['refused', 'rolled back'],
  ] as const) {
    it(`is refused where it was ${how}, also while a neighbor is at work`, async () => {
      await using store = await open();
      let left: Stores | undefined;
      const careless = store.unitOfWork.run(async (stores) => {
        left = stores;
        if (how === 'refused') throw new Error('No.');
      });
      const neighbor = store.unitOfWork.run(async (stores) => {
        const late = left?.users.save(person(2));
        await assert.rejects(Promise.resolve(late), { message: `This unit of work is already ${word}` });
        await saving(1)(stores);
      });
      assert.deepEqual(await fates([careless, neighbor]), [how === 'refused' ? 'No.' : undefined, undefined]);
      assert.equal(store.told.length, 1);
      assert.deepEqual(await store.emails(), emailsOf(1));
    });
  }
});

describe('A question outside the units of work', () => {
  it('waits for none of them, and sees nothing that is not committed', async () => {
    await using store = await open();
    const seen: string[][] = [];
    const look = async (stores: Stores) => {
      assert.equal(await stores.users.isEmpty(), false);
      seen.push(await store.emails());
    };
    await Promise.all([store.unitOfWork.run(saving(1)), store.unitOfWork.run(look)]);
    seen.push(await store.emails());
    assert.deepEqual(seen, [[], emailsOf(1)]);
  });

  it('sees what was acknowledged', async () => {
    await using store = await open();
    for (let n = 1; n <= 20; n += 1) {
      await store.unitOfWork.run(saving(n));
      assert.equal((await store.emails()).length, n);
    }
  });
});

/** Tells of each commit, and lets the next one fail as the disk would have it fail. */
class Commits {
  #fault: string | undefined;

  constructor(database: Database.Database, onCommit: () => void) {
    const prepare = database.prepare.bind(database);
    database.prepare = ((sql: string) => {
      const statement = prepare(sql);
      if (sql !== 'commit') return statement;
      const run = statement.run.bind(statement);
      statement.run = (...parameters) => {
        onCommit();
        const code = this.#fault;
        this.#fault = undefined;
        if (code !== undefined) throw Object.assign(new Error(code), { code });
        return run(...parameters);
      };
      return statement;
    }) as typeof database.prepare;
  }

  failNext(code: string): void {
    this.#fault = code;
  }
}
