import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

/** What every StoreHealth promises. */
export const storeHealthContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`StoreHealth contract: ${adapter}`, () => {
    it('misses nothing in a store that is set up, used or not', async () => {
      await using stores = await open();
      assert.deepEqual(await stores.health.problems(), []);
      await stores.unitOfWork.run(({ users }) => users.save(aUser()));
      assert.deepEqual(await stores.health.problems(), []);
    });
  });
};
