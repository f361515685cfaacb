import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PasswordReset } from '../../src/domain/user/password-reset.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { anId } from '../builders/ids.ts';
import { aPasswordReset } from '../builders/password-reset-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const adas = aPasswordReset();
const adasNewer = aPasswordReset({ tokenHash: 'ae'.repeat(32) });
const bobs = aPasswordReset({ userId: anId(2), tokenHash: 'b0'.repeat(32), confirmsEmail: true });

/** What every PasswordResetRepository promises. */
export const passwordResetRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`PasswordResetRepository contract: ${adapter}`, () => {
    const openWith = async (...resets: PasswordReset[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users, passwordResets }) => {
        await users.save(aUser());
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        for (const reset of resets) await passwordResets.put(reset);
      });
      return stores;
    };

    it('gives back what was put', async () => {
      await using stores = await openWith(adas, bobs);
      assert.deepEqual((await take(stores, adas))?.toSnapshot(), adas.toSnapshot());
      assert.deepEqual((await take(stores, bobs))?.toSnapshot(), bobs.toSnapshot());
    });

    it('shows a reset without giving it away', async () => {
      await using stores = await openWith(adas, bobs);
      const find = () =>
        stores.unitOfWork.run(({ passwordResets }) =>
          passwordResets.find(TokenHash.parse(adas.toSnapshot().tokenHash)),
        );
      for (const _ of [1, 2]) assert.deepEqual((await find())?.toSnapshot(), adas.toSnapshot());
      await take(stores, adas);
      assert.equal(await find(), undefined);
    });

    it('gives a reset once', async () => {
      await using stores = await openWith(adas, bobs);
      await take(stores, adas);
      assert.equal(await take(stores, adas), undefined);
      assert.notEqual(await take(stores, bobs), undefined, 'and leaves those of others alone');
    });

    it('gives nothing for a token that was never issued', async () => {
      await using stores = await openWith(adas);
      assert.equal(await take(stores, bobs), undefined);
    });

    it('voids the older of two requests', async () => {
      await using stores = await openWith(adas);
      await stores.unitOfWork.run(({ passwordResets }) => passwordResets.put(adasNewer));
      assert.equal(await take(stores, adas), undefined);
      assert.deepEqual((await take(stores, adasNewer))?.toSnapshot(), adasNewer.toSnapshot());
    });

    it('deletes the reset of one user', async () => {
      await using stores = await openWith(adas, bobs);
      const remove = () => stores.unitOfWork.run(({ passwordResets }) => passwordResets.removeOf(aUser().id));
      assert.deepEqual([await remove(), await remove()], [1, 0]);
      assert.equal(await take(stores, adas), undefined);
      assert.notEqual(await take(stores, bobs), undefined);
    });

    it('lets the reset of who leaves go with them', async () => {
      await using stores = await openWith(adas, bobs);
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.equal(await take(stores, adas), undefined);
      assert.notEqual(await take(stores, bobs), undefined);
    });

    it('rejects a reset of an unknown user, and keeps none', async () => {
      await using stores = await openWith();
      const orphan = aPasswordReset({ userId: anId(999) });
      await assert.rejects(stores.unitOfWork.run(({ passwordResets }) => passwordResets.put(orphan)));
      assert.equal(await take(stores, orphan), undefined);
    });

    it('returns a token whose use failed', async () => {
      await using stores = await openWith(adas);
      const attempt = stores.unitOfWork.run(async ({ passwordResets }) => {
        await passwordResets.take(adas.toSnapshot().tokenHash);
        throw new Error('the password was too short');
      });
      await assert.rejects(attempt, /too short/);
      assert.notEqual(await take(stores, adas), undefined);
    });

    it('ASVS 15.4.2: of fifty who take one token at once, one gets it', async () => {
      await using stores = await openWith(adas);
      const taken = await Promise.all(Array.from({ length: 50 }, () => take(stores, adas)));
      assert.equal(taken.filter((reset) => reset !== undefined).length, 1);
    });
  });
};

const take = ({ unitOfWork }: OpenStores, reset: PasswordReset): Promise<PasswordReset | undefined> =>
  unitOfWork.run(({ passwordResets }) => passwordResets.take(TokenHash.parse(reset.toSnapshot().tokenHash)));
