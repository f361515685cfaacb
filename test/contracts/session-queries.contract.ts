import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { Email } from '../../src/domain/user/email.ts';
import { SessionId } from '../../src/domain/user/session-id.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import type { UserId } from '../../src/domain/user/user-id.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aSecondFactor } from '../builders/second-factor-builder.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const ada = aUser({ email: 'Ada@Example.com' });
const bob = aUser({ id: anId(2), email: 'bob@example.com' });

/** What every SessionQueries promises. */
export const sessionQueriesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`SessionQueries contract: ${adapter}`, () => {
    it('knows whose a token is, and the address as its owner spells it', async () => {
      await using stores = await openWithBoth(open);
      const phone = aSession();
      const other = aSession({ id: anId(0x1002), userId: anId(2), tokenHash: 'b0'.repeat(32) });
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(phone);
        await sessions.add(other);
      });
      const found = await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash);
      assert.deepEqual(found?.session.toSnapshot(), phone.toSnapshot());
      assert.equal(found?.email, 'Ada@Example.com');
      assert.equal((await stores.sessionQueries.findByToken(other.toSnapshot().tokenHash))?.email, 'bob@example.com');
    });

    it('returns the new address after a change', async () => {
      await using stores = await openWithBoth(open);
      const phone = aSession();
      await stores.unitOfWork.run(async ({ users, sessions }) => {
        await sessions.add(phone);
        await users.save((await users.get(ada.id)).changeEmail(Email.parse('countess@example.com')));
      });
      const found = await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash);
      assert.equal(found?.email, 'countess@example.com');
    });

    it('knows the role of the user, as it is now', async () => {
      await using stores = await openWithBoth(open);
      const { tokenHash } = aSession().toSnapshot();
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      assert.equal((await stores.sessionQueries.findByToken(tokenHash))?.role, null);
      await stores.unitOfWork.run(async ({ users }) => {
        await users.save((await users.get(ada.id)).withRole('support', NEW_YEAR));
      });
      assert.equal((await stores.sessionQueries.findByToken(tokenHash))?.role, 'support');
    });

    it('knows whether the user is the sample administrator', async () => {
      await using stores = await openWithBoth(open);
      const { tokenHash } = aSession().toSnapshot();
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      assert.equal((await stores.sessionQueries.findByToken(tokenHash))?.isSample, false);
      await stores.unitOfWork.run(async ({ users }) => users.save((await users.get(ada.id)).asSample()));
      assert.equal((await stores.sessionQueries.findByToken(tokenHash))?.isSample, true);
    });

    it('knows whether the user has a second factor', async () => {
      await using stores = await openWithBoth(open);
      const bobs = aSession({ id: anId(0x1002), userId: bob.id, tokenHash: 'b0'.repeat(32) });
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(aSession());
        await sessions.add(bobs);
      });
      const states = async () => {
        const found = [aSession(), bobs].map((session) => session.toSnapshot().tokenHash);
        const users = await Promise.all(found.map((token) => stores.sessionQueries.findByToken(token)));
        return users.map((user) => user?.hasSecondFactor);
      };
      assert.deepEqual(await states(), [false, false]);
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.put(aSecondFactor({ confirmedAt: NEW_YEAR })));
      assert.deepEqual(await states(), [true, false]);
      await stores.unitOfWork.run(({ secondFactors }) => secondFactors.remove(ada.id));
      assert.deepEqual(await states(), [false, false]);
    });

    it('knows what the user is at the beginning of a session, too', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(async ({ users, secondFactors, sessions }) => {
        await users.save((await users.get(ada.id)).withRole('reader', NEW_YEAR));
        await secondFactors.put(aSecondFactor({ confirmedAt: NEW_YEAR }));
        await sessions.add(aSession());
      });
      const found = await stores.sessionQueries.findByToken(aSession().toSnapshot().tokenHash);
      assert.deepEqual([found?.role, found?.isSample, found?.hasSecondFactor], ['reader', false, true]);
    });

    it('keeps what it knew where a change of the user is rolled back', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      const failing = stores.unitOfWork.run(async ({ users }) => {
        await users.save((await users.get(ada.id)).withRole('admin', NEW_YEAR));
        throw new Error('too late');
      });
      await assert.rejects(failing, /too late/);
      assert.equal((await stores.sessionQueries.findByToken(aSession().toSnapshot().tokenHash))?.role, null);
    });

    it('knows the last visit', async () => {
      await using stores = await openWithBoth(open);
      const phone = aSession();
      const later = Instant.plusMs(NEW_YEAR, 60_000);
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(phone);
        await sessions.touch(phone.id, later);
      });
      const found = await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash);
      assert.equal(found?.session.toSnapshot().lastSeenAt, later);
    });

    it('finds nothing for a token that was never issued', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      assert.equal(await stores.sessionQueries.findByToken(TokenHash.parse('00'.repeat(32))), undefined);
    });

    it('finds nothing for a session that has ended', async () => {
      await using stores = await openWithBoth(open);
      const phone = aSession();
      await stores.unitOfWork.run(({ sessions }) => sessions.add(phone));
      await stores.unitOfWork.run(({ sessions }) => sessions.remove({ id: phone.id }));
      assert.equal(await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash), undefined);
    });

    it('lists the sessions of one user in the order they began', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(async ({ sessions }) => {
        for (const n of [3, 1, 4, 2]) {
          const userId = n === 4 ? bob.id : ada.id;
          await sessions.add(aSession({ id: anId(0x1000 + n), userId, tokenHash: `0${n}`.repeat(32) }));
        }
      });
      const ids = (await stores.sessionQueries.list(allSessionsOf(ada.id))).map(({ id }) => id);
      assert.deepEqual(ids, [anId(0x1001), anId(0x1002), anId(0x1003)]);
    });

    it('lists sessions page by page', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(async ({ sessions }) => {
        for (const n of [2, 5, 1, 4, 3]) {
          await sessions.add(aSession({ id: anId(0x1000 + n), tokenHash: `0${n}`.repeat(32) }));
        }
      });
      const page = async (after?: SessionId) => {
        const query = { ...allSessionsOf(ada.id), limit: 2, after };
        return (await stores.sessionQueries.list(query)).map(({ id }) => id);
      };
      assert.deepEqual(await page(), [anId(0x1001), anId(0x1002)]);
      assert.deepEqual(await page(SessionId.parse(anId(0x1002))), [anId(0x1003), anId(0x1004)]);
      assert.deepEqual(await page(SessionId.parse(anId(0x1004))), [anId(0x1005)]);
      assert.deepEqual(await page(SessionId.parse(anId(0x1005))), []);
    });

    it('lists only sessions that began and were seen after a moment', async () => {
      await using stores = await openWithBoth(open);
      const [second, third] = [Instant.plusMs(NEW_YEAR, 1_000), Instant.plusMs(NEW_YEAR, 2_000)];
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(aSession({ lastSeenAt: third }));
        await sessions.add(aSession({ id: anId(0x1002), tokenHash: 'a2'.repeat(32), at: second }));
        await sessions.add(aSession({ id: anId(0x1003), tokenHash: 'a3'.repeat(32), at: second, lastSeenAt: third }));
      });
      const list = async (limits: { begunAfter?: Instant; seenAfter?: Instant }) =>
        (await stores.sessionQueries.list({ ...allSessionsOf(ada.id), ...limits })).map(({ id }) => id);
      assert.deepEqual(await list({ begunAfter: NEW_YEAR }), [anId(0x1002), anId(0x1003)]);
      assert.deepEqual(await list({ seenAfter: second }), [anId(0x1001), anId(0x1003)]);
      assert.deepEqual(await list({ begunAfter: NEW_YEAR, seenAfter: second }), [anId(0x1003)]);
      assert.deepEqual(await list({ begunAfter: second }), []);
    });

    it('lists the sessions of a person with a role only where they were seen after a later moment', async () => {
      await using stores = await openWithBoth(open);
      const later = Instant.plusMs(NEW_YEAR, 1_000);
      await stores.unitOfWork.run(async ({ users, sessions }) => {
        await sessions.add(aSession());
        await sessions.add(aSession({ id: anId(0x1002), tokenHash: 'a2'.repeat(32), lastSeenAt: later }));
        await sessions.add(aSession({ id: anId(0x1003), tokenHash: 'b3'.repeat(32), userId: anId(2) }));
        await users.save((await users.get(ada.id)).withRole('reader', NEW_YEAR));
      });
      const list = async (userId: UserId, staffSeenAfter: Instant) =>
        (await stores.sessionQueries.list({ ...allSessionsOf(userId), staffSeenAfter })).map(({ id }) => id);
      assert.deepEqual(await list(ada.id, Instant.plusMs(NEW_YEAR, -1)), [anId(0x1001), anId(0x1002)]);
      assert.deepEqual(await list(ada.id, NEW_YEAR), [anId(0x1002)]);
      assert.deepEqual(await list(ada.id, later), []);
      assert.deepEqual(await list(bob.id, later), [anId(0x1003)]);
    });

    it('lists nothing for who has no session', async () => {
      await using stores = await openWithBoth(open);
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      assert.deepEqual(await stores.sessionQueries.list(allSessionsOf(bob.id)), []);
    });
  });
};

const openWithBoth = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(async ({ users }) => {
    await users.save(ada);
    await users.save(bob);
  });
  return stores;
};
