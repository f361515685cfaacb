import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoginChallenge } from '../../src/domain/user/login-challenge.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const aChallenge = (user = 1, token = 'c4') =>
  LoginChallenge.request({
    tokenHash: TokenHash.parse(token.repeat(32)),
    userId: UserId.parse(anId(user)),
    passwordDigest: TokenHash.parse('d1'.repeat(32)),
    earlierTokenHash: user === 1 ? TokenHash.parse('e0'.repeat(32)) : null,
    at: NEW_YEAR,
  });

const [adas, bobs] = [aChallenge(), aChallenge(2, 'b0')];

/** What every LoginChallengeRepository promises. */
export const loginChallengeRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`LoginChallengeRepository contract: ${adapter}`, () => {
    const openWith = async (...challenges: LoginChallenge[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users, loginChallenges }) => {
        await users.save(aUser());
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        for (const challenge of challenges) await loginChallenges.put(challenge);
      });
      return stores;
    };
    const find = ({ unitOfWork }: OpenStores, { tokenHash }: LoginChallenge) =>
      unitOfWork.run(async ({ loginChallenges }) => (await loginChallenges.find(tokenHash))?.toSnapshot());

    it('finds what was put, and the failures since', async () => {
      await using stores = await openWith(adas, bobs, adas.fail());
      assert.deepEqual(await find(stores, adas), { ...adas.toSnapshot(), failures: 1 });
      assert.deepEqual(await find(stores, bobs), bobs.toSnapshot());
    });

    it('finds what the password was hashed to since', async () => {
      const rehashed = adas.rehash(TokenHash.parse('d2'.repeat(32)));
      await using stores = await openWith(adas, bobs, rehashed);
      assert.deepEqual(await find(stores, adas), rehashed.toSnapshot());
      assert.notDeepEqual(rehashed.toSnapshot(), adas.toSnapshot());
      assert.deepEqual(await find(stores, bobs), bobs.toSnapshot());
    });

    it('removes one, all of a user, and those of a user that is removed', async () => {
      for (const remove of [
        ({ unitOfWork }: OpenStores) => unitOfWork.run(({ loginChallenges }) => loginChallenges.remove(adas.tokenHash)),
        ({ unitOfWork }: OpenStores) =>
          unitOfWork.run(({ loginChallenges }) => loginChallenges.removeAllOf(adas.userId)),
        ({ unitOfWork }: OpenStores) => unitOfWork.run(({ users }) => users.remove(adas.userId)),
      ]) {
        await using stores = await openWith(adas, bobs);
        await remove(stores);
        assert.deepEqual([await find(stores, adas), await find(stores, bobs)], [undefined, bobs.toSnapshot()]);
      }
    });

    it('rejects one of an unknown user', async () => {
      await using stores = await openWith();
      await assert.rejects(stores.unitOfWork.run(({ loginChallenges }) => loginChallenges.put(aChallenge(9))));
    });
  });
};
