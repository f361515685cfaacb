import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  emailsOf,
  fates,
  openGrouped as open,
  person,
  saving,
} from '../../../../../test/contracts/open-grouped-store.ts';
import type { Stores } from '../../../../ports/unit-of-work.ts';

describe('ASVS 15.4.3: a unit of work that is stuck', () => {
  it('is ended alone, and later writes of it are not stored', async (t) => {
    await using store = await open({ timeoutMs: 200 });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const free = Promise.withResolvers<void>();
    const late = Promise.withResolvers<unknown>();
    const stuck = store.unitOfWork.run(async (stores) => {
      await saving(2)(stores);
      process.nextTick(() => t.mock.timers.tick(200));
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

  it('because it waits for another inside it, is ended, and the other runs', async (t) => {
    await using store = await open({ timeoutMs: 100 });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const nested = store.unitOfWork.run(async (stores) => {
      await saving(1)(stores);
      process.nextTick(() => t.mock.timers.tick(100));
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
      assert.equal(store.events.length, 1);
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
