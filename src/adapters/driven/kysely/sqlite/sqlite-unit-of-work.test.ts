import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  emailsOf,
  fates,
  openGrouped as open,
  person,
  saving,
} from '../../../../../test/contracts/open-grouped-store.ts';
import type { Stores } from '../../../../ports/unit-of-work.ts';

describe('Units of work that wait together', () => {
  it('share one commit, and none resolves before it', async () => {
    await using store = await open();
    const units = [1, 2, 3, 4].map(async (n) => {
      await store.unitOfWork.run(saving(n));
      store.events.push(`done ${n}`);
    });
    await Promise.all(units);
    assert.deepEqual(store.events, ['commit', 'done 1', 'done 2', 'done 3', 'done 4']);
    assert.deepEqual(await store.emails(), emailsOf(1, 2, 3, 4));
  });

  it('get back each their own', async () => {
    await using store = await open();
    const units = [1, 2, 3].map((n) => store.unitOfWork.run(async () => n));
    assert.deepEqual(await Promise.all(units), [1, 2, 3]);
    assert.equal(store.events.length, 1);
  });

  it('see what those before them have written', async () => {
    await using store = await open();
    const units = [store.unitOfWork.run(saving(1)), store.unitOfWork.run(({ users }) => users.isEmpty())];
    assert.deepEqual(await fates(units), [undefined, false]);
    assert.equal(store.events.length, 1);
  });

  it('do not suffer from one that refuses, of which nothing is kept', async () => {
    await using store = await open();
    const refusing = store.unitOfWork.run(async (stores) => {
      await saving(2)(stores);
      store.events.push('refused');
      throw new Error('No.');
    });
    const units = [store.unitOfWork.run(saving(1)), refusing, store.unitOfWork.run(saving(3))];
    assert.deepEqual(await fates(units), [undefined, 'No.', undefined]);
    assert.deepEqual(store.events, ['refused', 'refused', 'commit'], 'all ran again, once');
    assert.deepEqual(await store.emails(), emailsOf(1, 3));
  });

  it('do not run again because of those that refuse before they write, or whose row exists', async () => {
    await using store = await open();
    const refusing = store.unitOfWork.run(async ({ users }) => {
      store.events.push('refused');
      await users.isEmpty();
      throw new Error('No.');
    });
    const units = [store.unitOfWork.run(saving(1)), refusing, store.unitOfWork.run(saving(1))];
    assert.deepEqual(await fates(units), [undefined, 'No.', 'user.stale']);
    assert.deepEqual(store.events, ['refused', 'commit']);
    assert.deepEqual(await store.emails(), emailsOf(1));
  });

  it('run twice at most, however many of them refuse', async () => {
    await using store = await open();
    const runs = Array(6).fill(0);
    const units = runs.map((_, index) =>
      store.unitOfWork.run(async (stores) => {
        runs[index] += 1;
        await saving(index + 1)(stores);
        if (index % 2 === 1) throw new Error('No.');
      }),
    );
    assert.deepEqual(await fates(units), [undefined, 'No.', undefined, 'No.', undefined, 'No.']);
    assert.deepEqual(runs, [2, 2, 1, 1, 1, 1]);
    assert.deepEqual(await store.emails(), emailsOf(1, 3, 5));
    assert.equal(store.events.length, 1);
  });

  it('all fail where the commit fails, also one that was rejected because of a row that no longer exists', async () => {
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
    assert.deepEqual(store.events, ['commit', 'commit']);
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
    assert.equal(store.events.length, 3);
    assert.equal((await store.emails()).length, 150);
  });

  it('do not wait for others once the group has taken long', async () => {
    await using store = await open({ maxGroupMs: 20 });
    const slow = (n: number) => async (stores: Stores) => {
      await saving(n)(stores);
      await wait(40);
    };
    const units = [1, 2, 3].map(async (n) => {
      await store.unitOfWork.run(slow(n));
      store.events.push(`done ${n}`);
    });
    await Promise.all(units);
    assert.deepEqual(store.events, ['commit', 'done 1', 'commit', 'done 2', 'commit', 'done 3']);
  });
});
