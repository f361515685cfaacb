import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Confirmation } from '../../src/domain/user/confirmation.ts';
import { aConfirmation } from '../builders/confirmation-builder.ts';
import { anId } from '../builders/ids.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const adas = aConfirmation();
const adasCancellation = aConfirmation({ tokenHash: 'ca'.repeat(32), purpose: 'cancellation' });
const adasUsed = aConfirmation({ tokenHash: 'cc'.repeat(32), purpose: 'cancelled' });
const bobs = aConfirmation({ tokenHash: 'b0'.repeat(32), userId: anId(2), email: 'bob@example.com' });
const registration = aConfirmation({ tokenHash: 'ae'.repeat(32), purpose: 'registration', userId: null });

/** What every ConfirmationRepository promises. */
export const confirmationRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`ConfirmationRepository contract: ${adapter}`, () => {
    const openWith = async (...confirmations: Confirmation[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async (all) => {
        await all.users.save(aUser());
        await all.users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        for (const confirmation of confirmations) await all.confirmations.add(confirmation);
      });
      return stores;
    };

    it('finds what was added, of each purpose, as often as it is asked', async () => {
      await using stores = await openWith(adas, adasCancellation, registration);
      for (const added of [adas, adasCancellation, registration, adas]) {
        assert.deepEqual((await find(stores, added))?.toSnapshot(), added.toSnapshot());
      }
      assert.equal(await find(stores, bobs), undefined);
    });

    it('gives a confirmation once', async () => {
      await using stores = await openWith(adas, bobs);
      assert.deepEqual((await take(stores, adas))?.toSnapshot(), adas.toSnapshot());
      assert.deepEqual([await take(stores, adas), await find(stores, adas)], [undefined, undefined]);
      assert.notEqual(await find(stores, bobs), undefined);
    });

    it('ASVS 15.4.2: of fifty that take one token at once, one gets it', async () => {
      await using stores = await openWith(adas);
      const taken = await Promise.all(Array.from({ length: 50 }, () => take(stores, adas)));
      assert.equal(taken.filter((confirmation) => confirmation !== undefined).length, 1);
    });

    it('removes those of a user that give a right, or those with one purpose', async () => {
      await using stores = await openWith(adas, adasCancellation, adasUsed, bobs, registration);
      const remove = (...args: Parameters<OpenConfirmations['removeAllOf']>) =>
        stores.unitOfWork.run(({ confirmations }) => confirmations.removeAllOf(...args));
      assert.equal(await remove(aUser().id, 'address'), 1);
      assert.deepEqual(
        [await find(stores, adas), (await find(stores, adasCancellation)) !== undefined],
        [undefined, true],
      );
      assert.equal(await remove(aUser().id), 1);
      assert.equal(await remove(aUser().id), 0);
      for (const other of [bobs, registration, adasUsed]) assert.notEqual(await find(stores, other), undefined);
    });

    it('lists those of a user with one purpose', async () => {
      const another = aConfirmation({ tokenHash: 'cb'.repeat(32), purpose: 'cancellation' });
      await using stores = await openWith(adas, adasCancellation, another, bobs, registration);
      const list = (...args: Parameters<OpenConfirmations['listOf']>) =>
        stores.unitOfWork.run(({ confirmations }) => confirmations.listOf(...args));
      const hashes = (await list(aUser().id, 'cancellation')).map((one) => one.toSnapshot().tokenHash).sort();
      assert.deepEqual(hashes, ['ca'.repeat(32), 'cb'.repeat(32)]);
      assert.deepEqual(await list(aUser().id, 'cancelled'), []);
    });

    it('removes those of a user with the user', async () => {
      await using stores = await openWith(adas, bobs);
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.equal(await find(stores, adas), undefined);
      assert.notEqual(await find(stores, bobs), undefined);
    });

    it('rejects one of an unknown user, and a token that exists', async () => {
      await using stores = await openWith(adas);
      const orphan = aConfirmation({ tokenHash: '0f'.repeat(32), userId: anId(999) });
      for (const invalid of [orphan, adas]) {
        await assert.rejects(stores.unitOfWork.run(({ confirmations }) => confirmations.add(invalid)));
      }
      assert.equal(await find(stores, orphan), undefined);
    });

    it('keeps one whose unit of work failed', async () => {
      await using stores = await openWith(adas);
      const failed = stores.unitOfWork.run(async ({ confirmations }) => {
        await confirmations.take(adas.toSnapshot().tokenHash);
        throw new Error('the address is taken');
      });
      await assert.rejects(failed, /taken/);
      assert.notEqual(await find(stores, adas), undefined);
    });
  });
};

type OpenConfirmations = Parameters<Parameters<OpenStores['unitOfWork']['run']>[0]>[0]['confirmations'];

const find = ({ unitOfWork }: OpenStores, confirmation: Confirmation): Promise<Confirmation | undefined> =>
  unitOfWork.run(({ confirmations }) => confirmations.find(confirmation.toSnapshot().tokenHash));

const take = ({ unitOfWork }: OpenStores, confirmation: Confirmation): Promise<Confirmation | undefined> =>
  unitOfWork.run(({ confirmations }) => confirmations.take(confirmation.toSnapshot().tokenHash));
