import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { promoteSigningKey } from '../../src/application/license/promote-signing-key.ts';
import { Caller } from '../../src/domain/access/caller.ts';
import { retire, signsFrom } from '../../src/domain/license/signing-key.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aSigningKey } from '../builders/signing-key-builder.ts';
import type { OpenStores } from './open-stores.ts';

const ANOTHER_X = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE';

/** What every SigningKeyRepository and SigningKeyQueries promises. */
export const signingKeyRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`SigningKeyRepository contract: ${adapter}`, () => {
    it('has no key before one was added', async () => {
      await using stores = await open();
      const none = { current: undefined, pending: undefined };
      assert.deepEqual(await stores.unitOfWork.run(({ signingKeys }) => signingKeys.active()), none);
      assert.deepEqual(await stores.signingKeyQueries.findActive(), none);
      assert.deepEqual(await stores.signingKeyQueries.listPublished(NEW_YEAR), []);
    });

    it('gives back the current key, inside and outside the unit of work', async () => {
      await using stores = await open();
      const key = aSigningKey();
      assert.deepEqual(await add(stores, key), key);
      const active = { current: key, pending: undefined };
      assert.deepEqual(await stores.unitOfWork.run(({ signingKeys }) => signingKeys.active()), active);
      assert.deepEqual(await stores.signingKeyQueries.findActive(), active);
      const { kid, publicKey } = key;
      assert.deepEqual(await stores.signingKeyQueries.listPublished(NEW_YEAR), [{ kid, publicKey }]);
    });

    it('ASVS 15.4.2: keeps one key of twenty that are made at once, and returns it to all', async () => {
      await using stores = await open();
      const keys = Array.from({ length: 20 }, (_, nth) => aSigningKey({ kid: `key-${nth}` }));
      const kids = (await Promise.all(keys.map((key) => add(stores, key)))).map(({ kid }) => kid);
      assert.equal(new Set(kids).size, 1);
      assert.equal((await stores.signingKeyQueries.listPublished(NEW_YEAR)).length, 1);
    });

    it('replaces what is written of a key', async () => {
      await using stores = await open();
      await add(stores, aSigningKey());
      const longer = aSigningKey({ maxTtlMs: 30 * 86_400_000 });
      await stores.unitOfWork.run(({ signingKeys }) => signingKeys.replace(longer));
      assert.deepEqual((await stores.signingKeyQueries.findActive()).current, longer);
      await assert.rejects(
        stores.unitOfWork.run(({ signingKeys }) => signingKeys.replace(aSigningKey({ kid: 'key-2' }))),
        { name: 'BrokenInvariant' },
      );
    });

    it('makes room for another current key when one is retired, and shows the old one until its time is over', async () => {
      await using stores = await open();
      const first = aSigningKey({ maxTtlMs: 1_000 });
      const second = aSigningKey({ kid: 'key-2', publicKey: { kty: 'OKP', crv: 'Ed25519', x: ANOTHER_X } });
      const third = aSigningKey({ kid: 'key-3' });
      await add(stores, first);
      await rotate(stores, first, second);
      await rotate(stores, second, third);
      assert.equal((await stores.signingKeyQueries.findActive()).current?.kid, 'key-3');

      const shownAt = async (at: Instant) =>
        (await stores.signingKeyQueries.listPublished(at)).map(
          ({ kid, publicKey }) => `${kid} ${publicKey.x.slice(0, 4)}`,
        );
      const end = String(retire(first, NEW_YEAR).publishedUntil) as Instant;
      const all = ['key-3 11qY', 'key-2 AQEB', 'key-1 11qY'];
      assert.deepEqual(await shownAt(NEW_YEAR), all);
      assert.deepEqual(await shownAt(Instant.plusMs(end, -1)), all);
      assert.deepEqual(await shownAt(end), all.slice(0, 2));
    });

    it('ASVS 15.4.2: makes each of ten rotations at once count, and each retires the one before', async () => {
      await using stores = await open();
      await add(stores, aSigningKey({ kid: 'key-0' }));
      const rotations = await Promise.all(
        Array.from({ length: 10 }, (_, nth) =>
          stores.unitOfWork.run(async ({ signingKeys }) => {
            const { current } = await signingKeys.active();
            if (current !== undefined) await signingKeys.replace(retire(current, NEW_YEAR));
            const { kid } = await signingKeys.add(aSigningKey({ kid: `key-${nth + 1}` }));
            return { retired: current?.kid, kid };
          }),
        ),
      );
      const kids = Array.from({ length: 11 }, (_, nth) => `key-${nth}`);
      const byNumber = (one = '', other = '') => Number(one.slice(4)) - Number(other.slice(4));
      assert.deepEqual(rotations.map(({ kid }) => kid).toSorted(byNumber), kids.slice(1));
      const last = (await stores.signingKeyQueries.findActive()).current?.kid;
      assert.deepEqual(
        rotations.map((rotation) => rotation.retired).toSorted(byNumber),
        kids.filter((kid) => kid !== last),
      );
    });

    it('publishes a pending key behind the current one, and has at most one', async () => {
      await using stores = await open();
      const [current, pending] = [aSigningKey(), aSigningKey({ kid: 'key-2', isPending: true })];
      await add(stores, current);
      assert.deepEqual(await add(stores, pending), pending);
      assert.deepEqual(await add(stores, { ...pending, kid: 'key-3' }), pending);
      assert.deepEqual(await stores.unitOfWork.run(({ signingKeys }) => signingKeys.active()), { current, pending });
      const published = await stores.signingKeyQueries.listPublished(NEW_YEAR);
      assert.deepEqual(
        published.map(({ kid }) => kid),
        ['key-1', 'key-2'],
      );
    });

    it('ASVS 15.4.2: promotes a pending key once, when ten try at the same time', async () => {
      await using stores = await open();
      const pending = aSigningKey({ kid: 'key-2', isPending: true });
      await add(stores);
      await add(stores, pending);
      const at = signsFrom(pending);
      const promote = () =>
        stores.unitOfWork.run((inside) =>
          promoteSigningKey({ idGenerator: new Uuidv7Ids() }, inside, Caller.system('server'), at),
        );
      const kids = (await Promise.all(Array.from({ length: 10 }, promote))).map(({ current }) => current?.kid);
      assert.deepEqual(new Set(kids), new Set(['key-2']));
      assert.deepEqual(await stores.signingKeyQueries.findActive(), {
        current: { ...pending, isPending: false },
        pending: undefined,
      });
    });

    it('ASVS 14.2.7: is purged of keys whose time is over, never of the current one', async () => {
      await using stores = await open();
      const first = aSigningKey();
      await add(stores, first);
      await rotate(stores, first, aSigningKey({ kid: 'key-2' }));
      const end = String(retire(first, NEW_YEAR).publishedUntil) as Instant;
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
      assert.equal(await purge(Instant.plusMs(end, -1)), 0);
      assert.equal(await purge(end), 1);
      assert.equal(await purge(Instant.plusMs(end, 1e12)), 0);
      assert.equal((await stores.signingKeyQueries.findActive()).current?.kid, 'key-2');
    });
  });
};

const add = ({ unitOfWork }: OpenStores, key = aSigningKey()) =>
  unitOfWork.run(({ signingKeys }) => signingKeys.add(key));

const rotate = ({ unitOfWork }: OpenStores, old = aSigningKey(), fresh = aSigningKey()): Promise<void> =>
  unitOfWork.run(async ({ signingKeys }) => {
    await signingKeys.replace(retire(old, NEW_YEAR));
    await signingKeys.add(fresh);
  });
