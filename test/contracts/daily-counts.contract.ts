import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DailyCount } from '../../src/ports/daily-counts.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import type { OpenStores } from './open-stores.ts';

const count = (day: string, name: DailyCount['name'], number: number): DailyCount => ({ day, name, count: number });

/** What every DailyCounts promises. */
export const dailyCountsContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`DailyCounts contract: ${adapter}`, () => {
    const between = async ({ dailyCounts }: OpenStores, first: string, last = '2026-12-31') =>
      (await dailyCounts.listBetween(first, last)).map((each) => `${each.day} ${each.name} ${each.count}`).sort();

    it('adds up what several instances have counted, each day and name for itself', async () => {
      await using stores = await open();
      const add = (...counts: DailyCount[]) => stores.unitOfWork.run(({ dailyCounts }) => dailyCounts.add(counts));
      await add();
      await add(count('2026-01-01', 'login.failed', 2), count('2026-01-01', 'validation.VALID', 5));
      await add(count('2026-01-02', 'login.failed', 1), count('2026-01-01', 'login.failed', 3));
      assert.deepEqual(await between(stores, '2026-01-01'), [
        '2026-01-01 login.failed 5',
        '2026-01-01 validation.VALID 5',
        '2026-01-02 login.failed 1',
      ]);
    });

    it('loses no count where several instances add at the same time', async () => {
      await using stores = await open();
      const both = [count('2026-01-01', 'login.failed', 1), count('2026-01-01', 'limit.reached', 1)];
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          stores.unitOfWork.run(({ dailyCounts }) => dailyCounts.add(index % 2 === 0 ? both : both.toReversed())),
        ),
      );
      assert.deepEqual(await between(stores, '2026-01-01'), [
        '2026-01-01 limit.reached 10',
        '2026-01-01 login.failed 10',
      ]);
    });

    it('replaces what was measured before', async () => {
      await using stores = await open();
      const put = (number: number) =>
        stores.unitOfWork.run(({ dailyCounts }) => dailyCounts.put([count('2026-01-01', 'seat.used', number)]));
      await put(7);
      await put(4);
      await put(2_147_483_647);
      assert.deepEqual(await between(stores, '2026-01-01'), ['2026-01-01 seat.used 2147483647']);
    });

    it('lists the days between two, and both of these', async () => {
      await using stores = await open();
      const days = ['2025-12-31', '2026-01-01', '2026-01-02'].map((day) => count(day, 'seat.used', 1));
      await stores.unitOfWork.run(({ dailyCounts }) => dailyCounts.put(days));
      assert.deepEqual(await between(stores, '2026-01-01'), ['2026-01-01 seat.used 1', '2026-01-02 seat.used 1']);
      assert.deepEqual(await between(stores, '2025-12-30', '2025-12-31'), ['2025-12-31 seat.used 1']);
      assert.deepEqual(await between(stores, '2026-01-03'), []);
    });

    it('counts queued emails up to a limit, without those that are set aside', async () => {
      await using stores = await open();
      assert.equal(await stores.dailyCounts.countQueuedEmails(5), 0);
      await stores.unitOfWork.run(async ({ outbox }) => {
        for (let n = 1; n <= 4; n += 1) await outbox.add(anId(n), { kind: 'welcome', to: 'ada@example.org' }, NEW_YEAR);
        await outbox.postpone(anId(4), undefined, 'refused');
      });
      assert.equal(await stores.dailyCounts.countQueuedEmails(5), 3);
      assert.equal(await stores.dailyCounts.countQueuedEmails(2), 2);
    });

    it('keeps nothing of a unit of work that fails', async () => {
      await using stores = await open();
      const failed = stores.unitOfWork.run(async ({ dailyCounts }) => {
        await dailyCounts.add([count('2026-01-01', 'login.failed', 1)]);
        throw new Error('undone');
      });
      await assert.rejects(failed, /undone/);
      assert.deepEqual(await between(stores, '2026-01-01'), []);
    });
  });
};
