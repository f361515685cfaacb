import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeveloperPair } from '../../src/domain/developer-pair/developer-pair.ts';
import { PairCheckId } from '../../src/domain/developer-pair/pair-check-id.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aPair, aPairCheck } from '../builders/pair-check-builder.ts';
import type { OpenStores } from './open-stores.ts';

/** What every PairHistory promises. */
export const pairHistoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`PairHistory contract: ${adapter}`, () => {
    it('is empty for a pair that was never checked', async () => {
      await using stores = await open();
      assert.deepEqual(await stores.pairHistory.list({ pair: aPair(), limit: 10 }), []);
    });

    it('is empty for names that no developer can have', async () => {
      await using stores = await open();
      await add(stores, aPairCheck());
      assert.deepEqual(await stores.pairHistory.list({ pair: aPair('ada\0', 'grace'), limit: 10 }), []);
      assert.deepEqual(await stores.pairHistory.list({ pair: aPair('ada', '\0'), limit: 10 }), []);
    });

    it('gives back what was found, connected or not', async () => {
      await using stores = await open();
      const at = Instant.plusMs(NEW_YEAR, 1_234);
      const organisations = ['Zeta', 'analytical-society', 'Ünïcode "quoted"'];
      const apart = aPairCheck({ id: anId(1), connection: { connected: false, missing: [] } });
      const missing = ['follows', 'organisation'] as const;
      const lacking = aPairCheck({ id: anId(3), at, connection: { connected: false, missing } });
      const connected = aPairCheck({ id: anId(2), at, connection: { connected: true, organisations } });
      await add(stores, apart, connected, lacking);
      const found = await stores.pairHistory.list({ pair: aPair(), limit: 10 });
      assert.deepEqual(
        found.map((check) => check.toSnapshot()),
        [apart.toSnapshot(), connected.toSnapshot(), lacking.toSnapshot()],
      );
      const latest = await stores.pairHistory.listLatest({ limit: 1 });
      assert.deepEqual(latest[0]?.toSnapshot(), lacking.toSnapshot());
    });

    it('keeps one history of a pair, in either order and any case', async () => {
      await using stores = await open();
      await add(
        stores,
        aPairCheck({ id: anId(1), pair: aPair('ada', 'grace') }),
        aPairCheck({ id: anId(2), pair: aPair('GRACE', 'Ada') }),
      );
      assert.deepEqual(await idsOf(stores, aPair('Grace', 'aDA')), [1, 2]);
    });

    it('keeps pairs apart that share a developer, or a beginning', async () => {
      await using stores = await open();
      await add(
        stores,
        aPairCheck({ id: anId(1), pair: aPair('ada', 'grace') }),
        aPairCheck({ id: anId(2), pair: aPair('ada', 'gracey') }),
        aPairCheck({ id: anId(3), pair: aPair('grace', 'gracey') }),
        aPairCheck({ id: anId(4), pair: aPair('%', 'ad_') }),
      );
      assert.deepEqual(await idsOf(stores, aPair('ada', 'gracey')), [2]);
      assert.deepEqual(await idsOf(stores, aPair('ad_', 'grace')), []);
    });

    it('returns the oldest first, in any order of writing', async () => {
      await using stores = await open();
      await add(stores, ...[3, 1, 2].map((n) => aPairCheck({ id: anId(n) })));
      assert.deepEqual(await idsOf(stores, aPair()), [1, 2, 3]);
    });

    it('returns the newest first where that is asked for, of one pair or of all', async () => {
      await using stores = await open();
      const other = aPair('ada', 'gracey');
      await add(stores, ...[3, 1, 4].map((n) => aPairCheck({ id: anId(n) })), aPairCheck({ id: anId(2), pair: other }));
      const latest = async (query: object) => {
        const found = await stores.pairHistory.listLatest({ limit: 10, ...query });
        return found.map((check) => check.toSnapshot().id);
      };
      assert.deepEqual(await latest({}), [4, 3, 2, 1].map(anId));
      assert.deepEqual(await latest({ pair: aPair('Grace', 'aDA'), limit: 2 }), [4, 3].map(anId));
      assert.deepEqual(await latest({ pair: aPair(), before: PairCheckId.parse(anId(3)) }), [anId(1)]);
      assert.deepEqual(await latest({ before: PairCheckId.parse(anId(4)), limit: 2 }), [3, 2].map(anId));
      assert.deepEqual(await latest({ pair: aPair('ada\0', 'grace') }), []);
    });

    it('gives no more than asked for, and goes on after the last one seen', async () => {
      await using stores = await open();
      await add(stores, ...[1, 2, 3, 4, 5].map((n) => aPairCheck({ id: anId(n) })));
      assert.deepEqual(await idsOf(stores, aPair(), 2), [1, 2]);
      assert.deepEqual(await idsOf(stores, aPair(), 2, 2), [3, 4]);
      assert.deepEqual(await idsOf(stores, aPair(), 2, 4), [5]);
      assert.deepEqual(await idsOf(stores, aPair(), 2, 5), []);
    });

    it('keeps nothing of a unit of work that throws', async () => {
      await using stores = await open();
      const failing = stores.unitOfWork.run(async ({ pairHistory }) => {
        await pairHistory.add(aPairCheck());
        throw new Error('halfway');
      });
      await assert.rejects(failing, /halfway/);
      assert.deepEqual(await idsOf(stores, aPair()), []);
    });

    it('is wiped with the rest', async () => {
      await using stores = await open();
      await add(stores, aPairCheck());
      await stores.wipe.wipe();
      assert.deepEqual(await idsOf(stores, aPair()), []);
    });
  });
};

const add = ({ unitOfWork }: OpenStores, ...checks: ReturnType<typeof aPairCheck>[]): Promise<void> =>
  unitOfWork.run(async ({ pairHistory }) => {
    for (const check of checks) await pairHistory.add(check);
  });

const idsOf = async ({ pairHistory }: OpenStores, pair: DeveloperPair, limit = 10, after?: number) => {
  const from = after === undefined ? {} : { after: PairCheckId.parse(anId(after)) };
  const checks = await pairHistory.list({ pair, limit, ...from });
  return checks.map((check) => Number.parseInt(check.toSnapshot().id.slice(-12), 16));
};
