import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import { LoginChallenge } from '../../src/domain/user/login-challenge.ts';
import { aToken } from '../builders/api-token-builder.ts';
import { aConfirmation } from '../builders/confirmation-builder.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aPasswordReset } from '../builders/password-reset-builder.ts';
import { allSessionsOf, aSession } from '../builders/session-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import type { OpenStores } from './open-stores.ts';

const DAY_MS = 86_400_000;
const daysAfter = (days: number): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS);
const NEVER = Instant.plusMs(NEW_YEAR, -1_000 * DAY_MS);

/** What every Retention promises. */
export const retentionContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`Retention contract: ${adapter}`, () => {
    it('finds nothing to throw away in an empty store', async () => {
      await using stores = await open();
      assert.equal(await purge(stores, { at: daysAfter(1_000), begun: daysAfter(1_000), seen: daysAfter(1_000) }), 0);
    });

    it('throws away the sessions that began by then, not those that began a millisecond later', async () => {
      await using stores = await openWithPeople(open);
      const began = aSession({ lastSeenAt: daysAfter(9) });
      const beganLater = aSession({ id: anId(0x1002), tokenHash: 'aa'.repeat(32), at: Instant.plusMs(NEW_YEAR, 1) });
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(began);
        await sessions.add(beganLater);
      });
      assert.equal(await purge(stores, { begun: Instant.plusMs(NEW_YEAR, -1) }), 0);
      assert.equal(await purge(stores, { begun: NEW_YEAR }), 1);
      assert.deepEqual(await sessionsLeft(stores), [beganLater.id]);
      assert.equal(await stores.sessionQueries.findByToken(began.toSnapshot().tokenHash), undefined);
    });

    it('throws away the sessions last seen by then, not those seen a millisecond later', async () => {
      await using stores = await openWithPeople(open);
      const seen = aSession({ lastSeenAt: daysAfter(1) });
      const lastSeenAt = Instant.plusMs(daysAfter(1), 1);
      const seenLater = aSession({ id: anId(0x1002), tokenHash: 'aa'.repeat(32), lastSeenAt });
      await stores.unitOfWork.run(async ({ sessions }) => {
        await sessions.add(seen);
        await sessions.add(seenLater);
      });
      assert.equal(await purge(stores, { seen: Instant.plusMs(daysAfter(1), -1) }), 0);
      assert.equal(await purge(stores, { seen: daysAfter(1) }), 1);
      assert.deepEqual(await sessionsLeft(stores), [seenLater.id]);
    });

    it('throws away the sessions of people with a role last seen by an own moment, and no others', async () => {
      await using stores = await openWithPeople(open);
      const bobs = aSession({ id: anId(0x1002), tokenHash: 'aa'.repeat(32), userId: anId(2) });
      await stores.unitOfWork.run(async ({ users, sessions }) => {
        await sessions.add(aSession());
        await sessions.add(bobs);
        await users.save((await users.get(bobs.userId)).withRole('reader', NEW_YEAR));
      });
      assert.equal(await purge(stores, { staffSeen: Instant.plusMs(NEW_YEAR, -1) }), 0);
      assert.equal(await purge(stores, { staffSeen: NEW_YEAR }), 1);
      assert.deepEqual(await sessionsLeft(stores), [aSession().id]);
      assert.equal(await stores.sessionQueries.findByToken(bobs.toSnapshot().tokenHash), undefined);
    });

    it('throws away the resets that have ended by then, not those that end a millisecond later', async () => {
      await using stores = await openWithPeople(open);
      const ended = aPasswordReset({ ttlMs: DAY_MS });
      const endsLater = aPasswordReset({ userId: anId(2), tokenHash: 'b0'.repeat(32), ttlMs: DAY_MS + 1 });
      await stores.unitOfWork.run(async ({ passwordResets }) => {
        await passwordResets.put(ended);
        await passwordResets.put(endsLater);
      });
      assert.equal(await purge(stores, { at: Instant.plusMs(daysAfter(1), -1) }), 0);
      assert.equal(await purge(stores, { at: daysAfter(1) }), 1);
      const left = await stores.unitOfWork.run(async ({ passwordResets }) => [
        await passwordResets.take(ended.toSnapshot().tokenHash),
        await passwordResets.take(endsLater.toSnapshot().tokenHash),
      ]);
      assert.deepEqual(
        left.map((reset) => reset?.toSnapshot()),
        [undefined, endsLater.toSnapshot()],
      );
    });

    it('throws away the counters whose window has ended by then, not those that end a millisecond later', async () => {
      await using stores = await openWithPeople(open);
      const keys = [
        { key: 'ended', windowMs: DAY_MS },
        { key: 'ends-later', windowMs: DAY_MS + 1 },
      ];
      await stores.unitOfWork.run(({ attempts }) => attempts.count(keys, NEW_YEAR));
      assert.equal(await purge(stores, { at: Instant.plusMs(daysAfter(1), -1) }), 0);
      assert.equal(await purge(stores, { at: daysAfter(1) }), 1);
      const again = await stores.unitOfWork.run(({ attempts }) => attempts.count(keys, NEW_YEAR));
      assert.deepEqual(
        again.map(({ count }) => count),
        [1, 2],
      );
    });

    it('throws away the confirmations and log-in challenges that have ended by then, not those that end later', async () => {
      await using stores = await openWithPeople(open);
      const { tokenHash, userId } = aSession().toSnapshot();
      const waiting = { tokenHash, userId, passwordDigest: tokenHash, earlierTokenHash: null };
      const challenge = LoginChallenge.request({ ...waiting, at: NEW_YEAR });
      const longer = aConfirmation({ tokenHash: 'c1'.repeat(32), purpose: 'cancellation' });
      await stores.unitOfWork.run(async ({ confirmations, loginChallenges }) => {
        await confirmations.add(aConfirmation());
        await confirmations.add(longer);
        await loginChallenges.put(challenge);
      });
      assert.equal(await purge(stores, { at: Instant.plusMs(NEW_YEAR, 5 * 60_000 - 1) }), 0);
      assert.equal(await purge(stores, { at: Instant.plusMs(NEW_YEAR, 5 * 60_000) }), 1);
      assert.equal(await purge(stores, { at: daysAfter(1) }), 1);
      const left = await stores.unitOfWork.run(async ({ confirmations, loginChallenges }) => [
        await loginChallenges.find(tokenHash),
        await confirmations.find(aConfirmation().toSnapshot().tokenHash),
        (await confirmations.find(longer.toSnapshot().tokenHash))?.purpose,
      ]);
      assert.deepEqual(left, [undefined, undefined, 'cancellation']);
    });

    it('throws away the API tokens that had expired by then, not those that expired a millisecond later', async () => {
      await using stores = await openWithPeople(open);
      const token = aToken({ expiresInDays: 1 });
      const later = aToken({ id: anId(0x7002), secret: 2, expiresInDays: 1, at: Instant.plusMs(NEW_YEAR, 1) });
      await stores.unitOfWork.run(async ({ apiTokens }) => {
        await apiTokens.save(token);
        await apiTokens.save(later);
      });
      assert.equal(await purge(stores, { at: daysAfter(1_000), expired: Instant.plusMs(daysAfter(1), -1) }), 0);
      assert.equal(await purge(stores, { expired: daysAfter(1) }), 1);
      assert.deepEqual(
        (await stores.apiTokenQueries.list()).map(({ token }) => token.id),
        [later.id],
      );
    });

    it('counts a session once that is both too old and too long away', async () => {
      await using stores = await openWithPeople(open);
      await stores.unitOfWork.run(({ sessions }) => sessions.add(aSession()));
      assert.equal(await purge(stores, { begun: NEW_YEAR, seen: NEW_YEAR }), 1);
    });

    it('ASVS 14.2.7: leaves people and emails alone, however old', async () => {
      await using stores = await openWithPeople(open);
      await stores.unitOfWork.run(async ({ sessions, passwordResets, attempts, outbox }) => {
        await sessions.add(aSession());
        await passwordResets.put(aPasswordReset());
        await attempts.count([{ key: 'login:ada', windowMs: 1 }], NEW_YEAR);
        await outbox.add(anId(1), { kind: 'welcome', to: 'ada@example.com' }, NEW_YEAR);
      });
      const at = daysAfter(1_000);
      assert.equal(await purge(stores, { at, begun: at, seen: at }), 3);
      assert.equal((await stores.userQueries.list({ limit: 10 })).length, 2);
      const claim = { at, leaseUntil: daysAfter(1_001), latestDue: daysAfter(1_001), limit: 10 };
      assert.equal((await stores.unitOfWork.run(({ outbox }) => outbox.claim(claim))).length, 1);
    });
  });
};

const openWithPeople = async (open: () => Promise<OpenStores>): Promise<OpenStores> => {
  const stores = await open();
  await stores.unitOfWork.run(async ({ users }) => {
    await users.save(aUser());
    await users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
  });
  return stores;
};

const purge = (
  { unitOfWork }: OpenStores,
  {
    at = NEVER,
    begun = NEVER,
    seen = NEVER,
    staffSeen = seen,
    expired = NEVER,
  }: { at?: Instant; begun?: Instant; seen?: Instant; staffSeen?: Instant; expired?: Instant },
): Promise<number> =>
  unitOfWork.run(({ retention }) =>
    retention.purge({
      at,
      sessionsBegunBefore: begun,
      sessionsSeenBefore: seen,
      staffSessionsSeenBefore: staffSeen,
      tokensExpiredBefore: expired,
    }),
  );

const sessionsLeft = async ({ sessionQueries }: OpenStores): Promise<string[]> =>
  (await sessionQueries.list(allSessionsOf(aUser().id))).map(({ id }) => id);
