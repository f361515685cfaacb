import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SEALED_COLUMNS } from '../../src/ports/sealer.ts';
import { anId } from '../builders/ids.ts';
import { aSecondFactor } from '../builders/second-factor-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const [OLD, NEW, LOST] = ['0123abcd', '9999aaaa', 'ffff0000'];
const [COLUMN] = SEALED_COLUMNS;

/** What every SealedValues promises. */
export const sealedValuesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`SealedValues contract: ${adapter}`, () => {
    /** The nth user has a value of the nth key. */
    const openWith = async (...keyIds: (string | undefined)[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users, secondFactors }) => {
        for (const [index, keyId] of keyIds.entries()) {
          const userId = anId(index + 1);
          await users.save(aUser({ id: userId, email: `user${index}@example.com` }));
          await secondFactors.put(aSecondFactor({ userId, sealedSeed: `${keyId}.sealed-${index + 1}` }));
        }
      });
      return stores;
    };

    it('records the id of one key', async () => {
      await using stores = await open();
      const recorded = () => stores.unitOfWork.run(({ sealedValues }) => sealedValues.recordedKeyId());
      assert.equal(await recorded(), undefined);
      for (const keyId of [OLD, NEW, NEW] as string[]) {
        await stores.unitOfWork.run(({ sealedValues }) => sealedValues.recordKeyId(keyId));
        assert.equal(await recorded(), keyId);
      }
    });

    it('counts the values that none of the keys has sealed', async () => {
      await using stores = await openWith(OLD, NEW, LOST, LOST);
      const count = (...keyIds: (string | undefined)[]) =>
        stores.unitOfWork.run(({ sealedValues }) => sealedValues.countOthers(keyIds as string[]));
      assert.deepEqual(
        [await count(), await count(NEW), await count(NEW, OLD), await count(LOST, OLD), await count(OLD, NEW, LOST)],
        [4, 3, 2, 1, 0],
      );
      await using empty = await open();
      assert.equal(await empty.unitOfWork.run(({ sealedValues }) => sealedValues.countOthers([])), 0);
    });

    it('lists the values of one key by row, a page at a time', async () => {
      await using stores = await openWith(OLD, NEW, OLD, OLD);
      const page = async (afterRowId?: string) =>
        stores.unitOfWork.run(({ sealedValues }) =>
          sealedValues.list({ column: COLUMN, keyId: String(OLD), afterRowId, limit: 2 }),
        );
      const value = (n: number) => ({ rowId: anId(n), sealed: `${OLD}.sealed-${n}` });
      assert.deepEqual(await page(), [value(1), value(3)]);
      assert.deepEqual(await page(anId(3)), [value(4)]);
      assert.deepEqual(await page(anId(4)), []);
    });

    it('replaces one value and nothing else', async () => {
      await using stores = await openWith(OLD, OLD);
      const place = { ...COLUMN, rowId: anId(1) };
      await stores.unitOfWork.run(({ sealedValues }) => sealedValues.replace(place, `${NEW}.again`));
      for (const [n, sealedSeed] of [`${NEW}.again`, `${OLD}.sealed-2`].entries()) {
        const factor = aSecondFactor({ userId: anId(n + 1), sealedSeed });
        assert.deepEqual(await stores.unitOfWork.run(({ secondFactors }) => secondFactors.find(factor.userId)), factor);
      }
      const missing = stores.unitOfWork.run(({ sealedValues }) =>
        sealedValues.replace({ ...COLUMN, rowId: anId(9) }, `${NEW}.again`),
      );
      await assert.rejects(missing, { name: 'BrokenInvariant' });
    });
  });
};
