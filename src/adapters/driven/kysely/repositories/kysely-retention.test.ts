import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { openPostgresStores, openSqliteStores } from '../../../../../test/contracts/open-stores.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { PurgeExpired } from '../../../../application/system/purge-expired.ts';
import type { UnitOfWork } from '../../../../ports/unit-of-work.ts';

for (const [kind, open] of [
  ['SQLite', openSqliteStores],
  ['PostgreSQL', openPostgresStores],
] as const) {
  describe(`A backlog of expired rows on ${kind}`, () => {
    it('is deleted in units of work that are short, until none is left or the process stops', async () => {
      await using stores = await open();
      for (let n = 0; n < 23; n += 1) {
        const keys = Array.from({ length: n === 22 ? 50 : 100 }, (_, key) => ({ key: `${n}-${key}`, windowMs: 1_000 }));
        await stores.unitOfWork.run(({ attempts }) => attempts.count(keys, NEW_YEAR));
      }
      const deleted: unknown[] = [];
      const unitOfWork: UnitOfWork = {
        run: async (work) => {
          const result = await stores.unitOfWork.run(work);
          deleted.push(result);
          return result;
        },
      };
      const clock = new FixedClock(NEW_YEAR);
      clock.advance(1_000);
      const sessionLimits = { idleMs: 1_000, ttlMs: 1_000 };
      const purge = new PurgeExpired({ unitOfWork, clock, sessionLimits, staffIdleMs: 1_000 });
      assert.equal(await purge.execute(() => deleted.length === 1), 100);
      assert.equal(await purge.execute(), 2_150);
      assert.deepEqual(deleted, [...Array<number>(22).fill(100), 50, 0]);
    });
  });
}
