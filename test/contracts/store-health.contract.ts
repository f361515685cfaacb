import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { migrations } from '../../migrations/migrations.ts';
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

    it('says what the store runs on', async () => {
      await using stores = await open();
      const { engine, version, migration } = await stores.health.describe();
      assert.ok(adapter.startsWith(engine), engine);
      if (engine === 'memory') return assert.deepEqual([version, migration], [undefined, undefined]);
      assert.match(version ?? '', /^\d+\.\d+(?:\.\d+)?$/);
      assert.equal(migration, Object.keys(migrations).sort().at(-1));
    });
  });
};
