import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { KnownNetwork } from '../../src/domain/user/known-network.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const [ADA, BOB] = [UserId.parse(anId(1)), UserId.parse(anId(2))];

const hashOf = (n: number): TokenHash => TokenHash.parse(String(n).padStart(64, '0'));

/** The nth network of a user, who logged in from there n seconds after New Year. */
const network = (n: number, userId = ADA, second = n): KnownNetwork =>
  KnownNetwork.ofLogin({ hash: hashOf(n), userId, at: Instant.plusMs(NEW_YEAR, second * 1_000) });

/** What every KnownNetworks promises. */
export const knownNetworksContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`KnownNetworks contract: ${adapter}`, () => {
    const openWith = async (...networks: KnownNetwork[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save(aUser());
        await users.save(aUser({ id: BOB, email: 'bob@example.com' }));
      });
      for (const each of networks) await put(stores, each);
      return stores;
    };
    const put = ({ unitOfWork }: OpenStores, each: KnownNetwork, keep = 3) =>
      unitOfWork.run(({ knownNetworks }) => knownNetworks.put(each, { keep }));
    const listOf = ({ unitOfWork }: OpenStores, userId: UserId) =>
      unitOfWork.run(async ({ knownNetworks }) =>
        (await knownNetworks.listOf(userId)).map((each) => each.toSnapshot()),
      );
    const snapshots = (...networks: KnownNetwork[]) => networks.map((each) => each.toSnapshot());

    it('finds what was put, inside a unit of work and outside', async () => {
      await using stores = await openWith(network(1), network(3));
      const inside = await stores.unitOfWork.run(({ knownNetworks }) => knownNetworks.find(hashOf(1)));
      const outside = await stores.knownNetworks.find(hashOf(1));
      assert.deepEqual([inside?.toSnapshot(), outside?.toSnapshot()], snapshots(network(1), network(1)));
      // Before, between and after those that are there.
      for (const n of [0, 2, 4]) assert.equal(await stores.knownNetworks.find(hashOf(n)), undefined);
    });

    it('keeps the newest of a user, and those of others', async () => {
      await using stores = await openWith(network(9, BOB), network(1), network(2), network(3), network(4));
      assert.deepEqual(await listOf(stores, ADA), snapshots(network(4), network(3), network(2)));
      assert.deepEqual(await listOf(stores, BOB), snapshots(network(9, BOB)));
    });

    it('renews one that is put again, which then is the newest', async () => {
      const renewed = network(1, ADA, 5);
      await using stores = await openWith(network(1), network(2), network(3), renewed, network(4, ADA, 6));
      assert.deepEqual(await listOf(stores, ADA), snapshots(network(4, ADA, 6), renewed, network(3)));
    });

    it('keeps no more of those of one instant', async () => {
      const together = [4, 2, 3, 1].map((n) => network(n, ADA, 1));
      await using stores = await openWith(...together.slice(0, 2));
      for (const each of together.slice(2)) await put(stores, each, 2);
      assert.equal((await listOf(stores, ADA)).length, 2);
    });

    it('removes all of a user, and those of a user that is removed', async () => {
      for (const remove of [
        ({ unitOfWork }: OpenStores) => unitOfWork.run(({ knownNetworks }) => knownNetworks.removeAllOf(ADA)),
        ({ unitOfWork }: OpenStores) => unitOfWork.run(({ users }) => users.remove(ADA)),
      ]) {
        await using stores = await openWith(network(1), network(2), network(9, BOB));
        await remove(stores);
        assert.deepEqual([await listOf(stores, ADA), await listOf(stores, BOB)], [[], snapshots(network(9, BOB))]);
      }
    });

    it('loses one at its end to the purge, and not a millisecond before', async () => {
      await using stores = await openWith(network(1), network(2));
      const end = network(1).toSnapshot().expiresAt;
      const purge = (at: Instant) => stores.unitOfWork.run(({ retention }) => retention.purge({ ...NOTHING_OLD, at }));
      assert.deepEqual([await purge(Instant.plusMs(end, -1)), await purge(end)], [0, 1]);
      assert.deepEqual(await listOf(stores, ADA), snapshots(network(2)));
    });

    it('rejects one of an unknown user', async () => {
      await using stores = await openWith();
      await assert.rejects(put(stores, network(1, UserId.parse(anId(3)))));
    });
  });
};

const NOTHING_OLD = {
  sessionsBegunBefore: NEW_YEAR,
  sessionsSeenBefore: NEW_YEAR,
  staffSessionsSeenBefore: NEW_YEAR,
  tokensExpiredBefore: NEW_YEAR,
};
