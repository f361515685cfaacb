import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { SecondFactor } from '../../src/domain/user/second-factor.ts';
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
      unitOfWork.run(({ secondFactors }) => secondFactors.find(userId));

    it('finds what was put, for its user only', async () => {
      await using stores = await openWith(pending);
      assert.deepEqual(await find(stores), pending);
      assert.equal(await find(stores, bobs), undefined);
    });

    it('replaces the factor of a user', async () => {
      await using stores = await openWith(pending, bobs, confirmed);
      assert.deepEqual([await find(stores), await find(stores, bobs)], [confirmed, bobs]);
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
      assert.deepEqual([await find(stores), await find(stores, bobs)], [undefined, bobs]);
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
      const end = pending.expiresAt as Instant;
      assert.deepEqual([await purge(Instant.plusMs(end, -1)), await purge(end)], [0, 1]);
      assert.equal(await purge(Instant.plusMs(end, 1e12)), 0);
      assert.deepEqual([await find(stores), await find(stores, bobs)], [undefined, bobs]);
    });
  });
};
