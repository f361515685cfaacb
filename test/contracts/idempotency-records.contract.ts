import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import type { OpenStores } from './open-stores.ts';

const EXPIRES_AT = Instant.plusMs(NEW_YEAR, 1_000);
const RECORD = { key: 'k', fingerprint: 'f', at: NEW_YEAR, expiresAt: EXPIRES_AT };

/** What every IdempotencyRecords promises. */
export const idempotencyRecordsContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`IdempotencyRecords contract: ${adapter}`, () => {
    const record = ({ unitOfWork }: OpenStores, change: Partial<typeof RECORD> = {}, answer = '{"b": 1,"a":"Ž"}') =>
      unitOfWork.run(async ({ idempotency }) => {
        const found = await idempotency.begin({ ...RECORD, ...change });
        if (found === undefined) await idempotency.complete(change.key ?? RECORD.key, answer);
        return found;
      });
    const find = ({ unitOfWork }: OpenStores, at = NEW_YEAR) =>
      unitOfWork.run(({ idempotency }) => idempotency.find('k', at));

    it('keeps the first answer to the byte, and returns it when the request begins again', async () => {
      await using stores = await open();
      assert.equal(await find(stores), undefined);
      assert.equal(await record(stores), undefined);
      const kept = { fingerprint: 'f', answer: '{"b": 1,"a":"Ž"}' };
      assert.deepEqual(await find(stores), kept);
      assert.deepEqual(await record(stores, { fingerprint: 'other' }, 'other'), kept);
      assert.equal(await record(stores, { key: 'K' }), undefined);
      assert.deepEqual(await find(stores), kept);
    });

    it('ignores a record from its end on', async () => {
      await using stores = await open();
      await record(stores);
      assert.notEqual(await find(stores, Instant.plusMs(EXPIRES_AT, -1)), undefined);
      assert.equal(await find(stores, EXPIRES_AT), undefined);
      const later = { at: EXPIRES_AT, expiresAt: Instant.plusMs(EXPIRES_AT, 1_000), fingerprint: 'g' };
      assert.equal(await record(stores, later, 'second'), undefined);
      assert.deepEqual(await find(stores, EXPIRES_AT), { fingerprint: 'g', answer: 'second' });
    });

    it('keeps nothing of a unit of work that fails', async () => {
      await using stores = await open();
      const failure = new Error('of this test');
      const work = stores.unitOfWork.run(async ({ idempotency }) => {
        await idempotency.begin(RECORD);
        throw failure;
      });
      await assert.rejects(work, failure);
      assert.equal(await record(stores), undefined);
    });

    it('lets one of many that begin at the same time have the key', async () => {
      await using stores = await open();
      const found = await Promise.all(Array.from({ length: 8 }, (_, n) => record(stores, {}, String(n))));
      assert.equal(found.filter((one) => one === undefined).length, 1);
      assert.equal(new Set(found.flatMap((one) => one?.answer ?? [])).size, 1);
    });

    it('is purged of records that have expired', async () => {
      await using stores = await open();
      await record(stores);
      const purge = (at: Instant) =>
        stores.unitOfWork.run(({ retention }) =>
          retention.purge({
            at,
            sessionsBegunBefore: NEW_YEAR,
            sessionsSeenBefore: NEW_YEAR,
            staffSessionsSeenBefore: NEW_YEAR,
            tokensExpiredBefore: NEW_YEAR,
          }),
        );
      assert.deepEqual([await purge(Instant.plusMs(EXPIRES_AT, -1)), await purge(EXPIRES_AT)], [0, 1]);
    });
  });
};
