import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { Session } from '../../src/domain/user/session.ts';
import { SessionId } from '../../src/domain/user/session-id.ts';
import { TokenHash } from '../../src/domain/user/token-hash.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const LATER = Instant.plusMs(NEW_YEAR, 60_000);
const NOWHERE = SessionId.parse(anId(999));

const phone = aSession();
const laptop = aSession({ id: anId(0x1002), tokenHash: 'a7'.repeat(32) });
const bobs = aSession({ id: anId(0x1003), tokenHash: 'b0'.repeat(32), userId: anId(2) });

/** What every SessionRepository promises. */
export const sessionRepositoryContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`SessionRepository contract: ${adapter}`, () => {
    const openWith = async (...devices: Session[]): Promise<OpenStores> => {
      const stores = await open();
      await stores.unitOfWork.run(async ({ users, sessions }) => {
        await users.save(aUser());
        await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
        for (const session of devices) await sessions.add(session);
      });
      return stores;
    };

    it('gives back what was added', async () => {
      const seen = aSession({ lastSeenAt: LATER, ip: '2001:db8::1', userAgent: 'Ωpera "5"' });
      await using stores = await openWith(seen);
      assert.deepEqual((await find(stores, seen.id))?.toSnapshot(), seen.toSnapshot());
    });

    it('knows no session that was never stored', async () => {
      await using stores = await openWith(phone);
      assert.equal(await find(stores, NOWHERE), undefined);
    });

    it('rejects a session of an unknown user, and keeps none', async () => {
      await using stores = await openWith();
      const orphan = aSession({ userId: anId(999) });
      await assert.rejects(stores.unitOfWork.run(({ sessions }) => sessions.add(orphan)));
      assert.equal(await find(stores, orphan.id), undefined);
    });

    it('writes down a visit, and nothing else', async () => {
      await using stores = await openWith(phone, laptop);
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, LATER));
      assert.deepEqual((await find(stores, phone.id))?.toSnapshot(), { ...phone.toSnapshot(), lastSeenAt: LATER });
      assert.deepEqual((await find(stores, laptop.id))?.toSnapshot(), laptop.toSnapshot());
    });

    it('never lets a visit that was written down late turn the clock back', async () => {
      await using stores = await openWith(phone);
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, LATER));
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, Instant.plusMs(LATER, -1)));
      assert.equal((await find(stores, phone.id))?.toSnapshot().lastSeenAt, LATER);
    });

    it('turns a visit back that a clock that was ahead has written down', async () => {
      await using stores = await openWith(phone);
      await stores.unitOfWork.run(({ sessions }) =>
        sessions.touch(phone.id, Instant.plusMs(NEW_YEAR, 315_360_000_000)),
      );
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, LATER));
      assert.equal((await find(stores, phone.id))?.toSnapshot().lastSeenAt, LATER);
      await stores.unitOfWork.run(({ sessions }) =>
        sessions.touch(phone.id, Instant.plusMs(NEW_YEAR, 315_360_000_000)),
      );
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, Instant.plusMs(NEW_YEAR, -1)));
      assert.ok(((await find(stores, phone.id))?.toSnapshot().lastSeenAt ?? '') >= NEW_YEAR);
    });

    it('elevates a session, once more too, and changes nothing else', async () => {
      await using stores = await openWith(
        phone,
        laptop,
        aSession({ id: anId(0x1005), tokenHash: 'e0'.repeat(32), elevatedUntil: null }),
      );
      for (const until of [Instant.plusMs(NEW_YEAR, 900_000), LATER]) {
        await stores.unitOfWork.run(({ sessions }) => sessions.elevate(phone.id, until));
        assert.deepEqual((await find(stores, phone.id))?.toSnapshot(), { ...phone.toSnapshot(), elevatedUntil: until });
        const found = await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash);
        assert.equal(found?.session.elevatedUntil, until);
      }
      assert.deepEqual((await find(stores, laptop.id))?.toSnapshot(), laptop.toSnapshot());
      assert.equal((await find(stores, SessionId.parse(anId(0x1005))))?.elevatedUntil, null);
    });

    it('elevates no session that has ended', async () => {
      await using stores = await openWith(phone);
      await stores.unitOfWork.run(({ sessions }) => sessions.remove({ id: phone.id }));
      const elevating = stores.unitOfWork.run(({ sessions }) => sessions.elevate(phone.id, LATER));
      await assert.rejects(elevating, { code: 'session.not-found' });
      assert.deepEqual(await listed(stores), []);
    });

    it('does not bring back a session that has ended', async () => {
      await using stores = await openWith(phone);
      await stores.unitOfWork.run(({ sessions }) => sessions.remove({ id: phone.id }));
      await stores.unitOfWork.run(({ sessions }) => sessions.touch(phone.id, LATER));
      assert.equal(await find(stores, phone.id), undefined);
      assert.deepEqual(await listed(stores), []);
    });

    it('ends a session by its id, and no other', async () => {
      await using stores = await openWith(phone, laptop, bobs);
      const ended = await stores.unitOfWork.run(({ sessions }) => sessions.remove({ id: phone.id }));
      assert.deepEqual(ended?.toSnapshot(), phone.toSnapshot());
      assert.deepEqual(await listed(stores), [laptop.id, bobs.id]);
    });

    it('ends a session by its token, and no other', async () => {
      await using stores = await openWith(phone, laptop, bobs);
      const { tokenHash } = laptop.toSnapshot();
      const ended = await stores.unitOfWork.run(({ sessions }) => sessions.remove({ tokenHash }));
      assert.deepEqual(ended?.toSnapshot(), laptop.toSnapshot());
      assert.deepEqual(await listed(stores), [phone.id, bobs.id]);
    });

    it('takes no harm from ending what has ended', async () => {
      await using stores = await openWith(phone);
      await stores.unitOfWork.run(async ({ sessions }) => {
        assert.equal(await sessions.remove({ id: NOWHERE }), undefined);
        assert.equal(await sessions.remove({ tokenHash: TokenHash.parse('00'.repeat(32)) }), undefined);
        assert.equal(await sessions.removeAllOf(aUser({ id: anId(999) }).id), 0);
      });
      assert.deepEqual(await listed(stores), [phone.id]);
    });

    it('ends all sessions of one user', async () => {
      await using stores = await openWith(phone, laptop, bobs);
      assert.equal(await stores.unitOfWork.run(({ sessions }) => sessions.removeAllOf(phone.userId)), 2);
      assert.deepEqual(await listed(stores), [bobs.id]);
    });

    it('ends all sessions of one user but the one in use', async () => {
      await using stores = await openWith(phone, laptop, bobs);
      const others = { except: laptop.id };
      assert.equal(await stores.unitOfWork.run(({ sessions }) => sessions.removeAllOf(phone.userId, others)), 1);
      assert.deepEqual(await listed(stores), [laptop.id, bobs.id]);
    });

    it('ends the oldest sessions of one user above a number', async () => {
      const tablet = aSession({ id: anId(0x1004), tokenHash: 'b1'.repeat(32) });
      await using stores = await openWith(phone, laptop, bobs, tablet);
      const keep = (count: number) =>
        stores.unitOfWork.run(({ sessions }) => sessions.removeOldestOf(phone.userId, { keep: count }));
      assert.equal(await keep(3), 0);
      assert.deepEqual(await listed(stores), [phone.id, laptop.id, tablet.id, bobs.id]);
      assert.equal(await keep(1), 2);
      assert.deepEqual(await listed(stores), [tablet.id, bobs.id]);
      assert.equal(await stores.sessionQueries.findByToken(laptop.toSnapshot().tokenHash), undefined);
      assert.equal(await keep(1), 0);
    });

    it('lets the sessions of who leaves go with them', async () => {
      await using stores = await openWith(phone, laptop, bobs);
      await stores.unitOfWork.run(({ users }) => users.remove(phone.userId));
      assert.deepEqual(await listed(stores), [bobs.id]);
      assert.equal(await find(stores, phone.id), undefined);
      assert.equal(await stores.sessionQueries.findByToken(phone.toSnapshot().tokenHash), undefined);
    });
  });
};

const find = ({ unitOfWork }: OpenStores, id: SessionId): Promise<Session | undefined> =>
  unitOfWork.run(({ sessions }) => sessions.find(id));

const listed = async ({ sessionQueries }: OpenStores): Promise<SessionId[]> =>
  [
    ...(await sessionQueries.list(allSessionsOf(phone.userId))),
    ...(await sessionQueries.list(allSessionsOf(bobs.userId))),
  ].map(({ id }) => id);
