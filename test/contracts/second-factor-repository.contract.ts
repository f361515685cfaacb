import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { SecondFactor } from '../../src/domain/user/second-factor.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aSecondFactor } from '../builders/second-factor-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const pending = aSecondFactor({ confirmedAt: null, expiresAt: Instant.plusMs(NEW_YEAR, 600_000), lastStep: null });
const confirmed = aSecondFactor({ sealedSeed: '0123abcd.other' });
const bobs = aSecondFactor({ userId: anId(2) });

/** What every SecondFactorRepository promises. */
export const secondFactorRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`SecondFactorRepository contract: ${adapter}`, () => {
    const openWith = async (...factors: SecondFactor[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users, secondFactors }) => {
        await users.save(aUser());
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        for (const factor of factors) await secondFactors.put(factor);
      });
      return stores;
    };
    const find = ({ unitOfWork }: OpenStores, { userId } = confirmed) =>
      unitOfWork.run(async ({ secondFactors }) => (await secondFactors.find(userId))?.toSnapshot());
    const snapshots = (...factors: SecondFactor[]) => factors.map((factor) => factor.toSnapshot());

    it('finds what was put, for its user only', async () => {
      await using stores = await openWith(pending);
      assert.deepEqual([await find(stores)], snapshots(pending));
      assert.equal(await find(stores, bobs), undefined);
    });

    it('is read outside a unit of work as it was last stored', async () => {
      await using stores = await openWith(pending, bobs);
      const { userId } = pending;
      const read = async () => [
        (await stores.secondFactors.find(userId))?.toSnapshot(),
        await stores.secondFactors.countRecoveryCodes(userId),
      ];
      assert.deepEqual(await read(), [...snapshots(pending), 0]);
      await stores.unitOfWork.run(async ({ secondFactors }) => {
        await secondFactors.put(confirmed);
        await secondFactors.replaceRecoveryCodes(userId, [TokenHash.parse('a1'.repeat(32))]);
        assert.deepEqual(await read(), [...snapshots(pending), 0]);
      });
      assert.deepEqual(await read(), [...snapshots(confirmed), 1]);
    });

    it('replaces the factor of a user', async () => {
      await using stores = await openWith(pending, bobs, confirmed);
      assert.deepEqual([await find(stores), await find(stores, bobs)], snapshots(confirmed, bobs));
    });

    it('takes none of a user that does not exist', async () => {
      await using stores = await openWith();
      await assert.rejects(
        stores.unitOfWork.run(({ secondFactors }) => secondFactors.put(aSecondFactor({ userId: anId(9) }))),
      );
    });

    it('loses the factor with its user', async () => {
      await using stores = await openWith(confirmed, bobs);
      await stores.unitOfWork.run(({ users }) => users.remove(confirmed.userId));
      assert.deepEqual([await find(stores), await find(stores, bobs)], [undefined, ...snapshots(bobs)]);
    });

    it('marks its user while it is confirmed, at the same version', async () => {
      await using stores = await openWith(pending);
      const user = () => stores.users.get(confirmed.userId).then((found) => found.toSnapshot());
      const before = await user();
      assert.equal(before.hasSecondFactor, false);
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.put(confirmed));
      assert.deepEqual(await user(), { ...before, hasSecondFactor: true });
      const [listed] = await stores.userQueries.list({ limit: 1 });
      assert.equal(listed?.hasSecondFactor, true);
      await stores.unitOfWork.run(async ({ users }) => users.save((await users.get(confirmed.userId)).rename(null)));
      assert.equal((await user()).hasSecondFactor, true);
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.remove(confirmed.userId));
      assert.deepEqual([(await user()).hasSecondFactor, await find(stores)], [false, undefined]);
    });

    it('ASVS 6.5.1: gives each recovery code once, to one of fifty', async () => {
      await using stores = await openWith(confirmed, bobs);
      const { userId } = confirmed;
      const [one, other] = [TokenHash.parse('a1'.repeat(32)), TokenHash.parse('b2'.repeat(32))];
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.replaceRecoveryCodes(userId, [one, other]));
      const take = (id = userId) =>
        stores.unitOfWork.run(({ secondFactors }) => secondFactors.takeRecoveryCode(id, one));
      const left = () => stores.unitOfWork.run(({ secondFactors }) => secondFactors.countRecoveryCodes(userId));
      assert.equal(await take(bobs.userId), false);
      const taken = await Promise.all(Array.from({ length: 50 }, () => take()));
      assert.deepEqual([taken.filter(Boolean).length, await left()], [1, 1]);
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.replaceRecoveryCodes(userId, [one]));
      assert.deepEqual([await take(), await left()], [true, 0]);
    });

    it('is purged of pending factors at their end, never of confirmed ones', async () => {
      await using stores = await openWith(pending, bobs);
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
      const end = pending.toSnapshot().expiresAt as Instant;
      assert.deepEqual([await purge(Instant.plusMs(end, -1)), await purge(end)], [0, 1]);
      assert.equal(await purge(Instant.plusMs(end, 1e12)), 0);
      assert.deepEqual([await find(stores), await find(stores, bobs)], [undefined, ...snapshots(bobs)]);
    });
  });
};
