import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_CLOCK_SKEW_MS } from '../../src/domain/shared/clock-skew.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { AttemptKey } from '../../src/ports/attempt-counters.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import type { OpenStores } from './open-stores.ts';

const MINUTE_MS = 60_000;
const ADA: AttemptKey = { key: 'login:ada', windowMs: MINUTE_MS };
const BOB: AttemptKey = { key: 'login:bob', windowMs: 5 * MINUTE_MS };
const ADA_RESETS_AT = Instant.plusMs(NEW_YEAR, MINUTE_MS);

/** What every AttemptCounters promises. */
export const attemptCountersContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`AttemptCounters contract: ${adapter}`, () => {
    it('counts from one, each key for itself', async () => {
      await using stores = await open();
      assert.deepEqual(await count(stores, [ADA]), [1]);
      assert.deepEqual(await count(stores, [ADA]), [2]);
      assert.deepEqual(await count(stores, [BOB]), [1]);
    });

    it('answers in the order asked', async () => {
      await using stores = await open();
      await count(stores, [BOB]);
      const keys = ['c', 'a', 'b'].map((key) => ({ key, windowMs: MINUTE_MS }));
      assert.deepEqual(await count(stores, [...keys, BOB, ADA]), [1, 1, 1, 2, 1]);
      await count(stores, [keys[1] as AttemptKey]);
      assert.deepEqual(await count(stores, [ADA, ...keys, BOB]), [2, 2, 3, 2, 3]);
    });

    it('ends a window so long after the first attempt, however many follow', async () => {
      await using stores = await open();
      const ends = async (afterMs: number) =>
        (await counted(stores, [ADA, BOB], afterMs)).map(({ resetsAt }) => Instant.msBetween(NEW_YEAR, resetsAt));
      assert.deepEqual(await ends(0), [MINUTE_MS, 5 * MINUTE_MS]);
      assert.deepEqual(await ends(30_000), [MINUTE_MS, 5 * MINUTE_MS]);
    });

    it('counts on until the end of the window, and begins anew at it', async () => {
      await using stores = await open();
      await count(stores, [ADA]);
      assert.deepEqual(await counted(stores, [ADA], MINUTE_MS - 1), [{ count: 2, resetsAt: ADA_RESETS_AT }]);
      assert.deepEqual(await counted(stores, [ADA], MINUTE_MS), [
        { count: 1, resetsAt: Instant.plusMs(NEW_YEAR, 2 * MINUTE_MS) },
      ]);
    });

    it('begins one window anew and leaves the other', async () => {
      await using stores = await open();
      await count(stores, [ADA, BOB]);
      assert.deepEqual(await count(stores, [ADA, BOB], MINUTE_MS), [1, 2]);
    });

    it('locks counters without a change, also those with no attempt', async () => {
      await using stores = await open();
      await count(stores, [ADA]);
      await stores.unitOfWork.run(({ attempts }) => attempts.lock([BOB.key, ADA.key]));
      const read = stores.unitOfWork.run(({ attempts }) => attempts.read([ADA, BOB], NEW_YEAR));
      assert.deepEqual(
        (await read).map((each) => each.count),
        [1, 0],
      );
      await stores.unitOfWork.run(({ attempts }) => attempts.lock([]));
      assert.deepEqual(await count(stores, [ADA, BOB]), [2, 1]);
    });

    it('takes one attempt back, in the same window', async () => {
      await using stores = await open();
      for (let n = 0; n < 3; n += 1) await count(stores, [ADA, BOB]);
      await refund(stores, ADA);
      assert.deepEqual(await counted(stores, [ADA], 1), [{ count: 3, resetsAt: ADA_RESETS_AT }]);
      assert.deepEqual(await count(stores, [BOB]), [4]);
    });

    it('never takes back below zero', async () => {
      await using stores = await open();
      await refund(stores, ADA);
      await count(stores, [ADA]);
      for (let n = 0; n < 3; n += 1) await refund(stores, ADA, BOB);
      assert.deepEqual(await count(stores, [ADA, BOB]), [1, 1]);
    });

    it('returns the count without incrementing it, and zero after the window', async () => {
      await using stores = await open();
      await count(stores, [ADA]);
      await count(stores, [ADA, BOB]);
      const read = (afterMs: number) =>
        stores.unitOfWork.run(({ attempts }) =>
          attempts.read([BOB, { key: 'no one', windowMs: MINUTE_MS }, ADA], Instant.plusMs(NEW_YEAR, afterMs)),
        );
      const counts = async (afterMs: number) => (await read(afterMs)).map((answer) => answer.count);
      assert.deepEqual(await counts(0), [1, 0, 2]);
      assert.deepEqual(await counts(MINUTE_MS - 1), [1, 0, 2]);
      assert.deepEqual((await read(0))[2]?.resetsAt, ADA_RESETS_AT);
      assert.deepEqual(await counts(MINUTE_MS), [1, 0, 0]);
      assert.deepEqual(await stores.unitOfWork.run(({ attempts }) => attempts.read([], NEW_YEAR)), []);
    });

    it('begins anew where a clock that was ahead has set the end of the window, and reads no attempts of it', async () => {
      await using stores = await open();
      const aheadMs = 10 * 365 * 86_400_000;
      await count(stores, [ADA, BOB], aheadMs);
      await count(stores, [ADA], aheadMs);
      const read = () => stores.unitOfWork.run(({ attempts }) => attempts.read([ADA, BOB], NEW_YEAR));
      assert.deepEqual(
        (await read()).map((each) => each.count),
        [0, 0],
      );
      assert.deepEqual(await counted(stores, [ADA]), [{ count: 1, resetsAt: ADA_RESETS_AT }]);
      assert.deepEqual(await count(stores, [BOB, ADA]), [1, 2]);
      assert.deepEqual(
        (await read()).map((each) => each.count),
        [2, 1],
      );
    });

    it('counts on where another instance has a clock that is ahead by what two clocks may differ', async () => {
      await using stores = await open();
      await count(stores, [ADA, BOB], MAX_CLOCK_SKEW_MS);
      assert.deepEqual(await count(stores, [ADA, BOB]), [2, 2]);
      assert.deepEqual(await count(stores, [ADA, BOB], -1), [1, 1]);
    });

    it('deletes all attempts and the window', async () => {
      await using stores = await open();
      await count(stores, [ADA, BOB]);
      await stores.unitOfWork.run(({ attempts }) => attempts.clear([ADA.key, 'missing']));
      assert.deepEqual(await counted(stores, [ADA], 1), [{ count: 1, resetsAt: Instant.plusMs(ADA_RESETS_AT, 1) }]);
      assert.deepEqual(await count(stores, [BOB]), [2]);
    });

    it('does nothing when asked for nothing', async () => {
      await using stores = await open();
      await count(stores, [ADA]);
      const answers = await stores.unitOfWork.run(async ({ attempts }) => {
        await attempts.refund([]);
        await attempts.clear([]);
        return attempts.count([], NEW_YEAR);
      });
      assert.deepEqual(answers, []);
      assert.deepEqual(await count(stores, [ADA]), [2]);
    });

    it('ASVS 15.4.2: loses nothing of what is counted, taken back and forgotten at once, in any order', async () => {
      await using stores = await open();
      const keys = ['a', 'b', 'c', 'd'].map((key) => ({ key, windowMs: MINUTE_MS }));
      for (let n = 0; n < 20; n += 1) await count(stores, keys);
      const forgotten = { key: 'aa', windowMs: MINUTE_MS };
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) => {
          const turned = [...keys.slice(n % 4), ...keys.slice(0, n % 4)];
          await Promise.all([
            count(stores, turned),
            count(stores, [forgotten]),
            refund(stores, ...turned.toReversed()),
            stores.unitOfWork.run(({ attempts }) => attempts.clear(['aa', 'zz'])),
          ]);
        }),
      );
      assert.deepEqual(await count(stores, keys), [21, 21, 21, 21]);
    });

    it('ASVS 15.4.2: returns distinct numbers to a hundred concurrent attempts', async () => {
      await using stores = await open();
      const answers = await Promise.all(Array.from({ length: 100 }, () => count(stores, [ADA])));
      assert.deepEqual(
        answers.flat().sort((one, other) => one - other),
        Array.from({ length: 100 }, (_, n) => n + 1),
      );
    });
  });
};

const counted = ({ unitOfWork }: OpenStores, keys: readonly AttemptKey[], afterMs = 0) =>
  unitOfWork.run(({ attempts }) => attempts.count(keys, Instant.plusMs(NEW_YEAR, afterMs)));

const count = async (stores: OpenStores, keys: readonly AttemptKey[], afterMs = 0): Promise<number[]> =>
  (await counted(stores, keys, afterMs)).map((answer) => answer.count);

const refund = ({ unitOfWork }: OpenStores, ...keys: readonly AttemptKey[]): Promise<void> =>
  unitOfWork.run(({ attempts }) => attempts.refund(keys.map(({ key }) => key)));
