import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Uuidv7Ids } from '../../src/adapters/driven/system/uuidv7-ids.ts';
import { SendExpiryNotices } from '../../src/application/license/send-expiry-notices.ts';
import type { ExpiryNotice } from '../../src/domain/license/expiry-notice.ts';
import type { License } from '../../src/domain/license/license.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { User } from '../../src/domain/user/user.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aKey, aLicense } from '../builders/license-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import { FixedClock } from '../doubles/fixed-clock.ts';
import type { OpenStores } from './open-stores.ts';

const DAY_MS = 86_400_000;
const day = (days: number): Instant => Instant.plusMs(NEW_YEAR, days * DAY_MS);

const idOf = (n: number): LicenseId => LicenseId.parse(anId(0x3000 + n));

/** The nth license, which ends so many days after New Year. */
const ending = (n: number, days: number, more: Parameters<typeof aLicense>[0] = {}): License =>
  aLicense({ id: idOf(n), key: aKey(n), expiresAt: Instant.format(day(days)), ...more });

const notice = (n: number, days: number, end: number): ExpiryNotice => ({
  licenseId: idOf(n),
  expiresAt: day(end),
  days,
  queuedAt: Instant.plusMs(NEW_YEAR, 123),
});

/** What every LicenseRepository and LicenseQueries promises about notices, and the use case that relies on it. */
export const expiryNoticesContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  const openWith = async (licenses: readonly License[], users: readonly User[] = [aUser()]): Promise<OpenStores> => {
    const stores = await open();
    await stores.unitOfWork.run(async (written) => {
      for (const user of users) await written.users.save(user);
      for (const license of licenses) await written.licenses.save(license);
    });
    return stores;
  };

  describe(`Notices of the end of a license: ${adapter}`, () => {
    const add = ({ unitOfWork }: OpenStores, each: ExpiryNotice) =>
      unitOfWork.run(({ licenses }) => licenses.addNotice(each));

    it('are added once for each number of days and each end, and leave the version of the license', async () => {
      await using stores = await openWith([ending(1, 14), ending(2, 14)]);
      const added = [notice(1, 14, 14), notice(1, 3, 14), notice(2, 14, 14)];
      for (const each of added) assert.equal(await add(stores, each), true);
      for (const each of added) assert.equal(await add(stores, each), false);
      const list = (...ids: LicenseId[]) => stores.licenseQueries.listNotices(ids);
      const byText = (notices: readonly ExpiryNotice[]) => notices.map((each) => JSON.stringify(each)).sort();
      assert.deepEqual(byText(await list(idOf(1), idOf(2), idOf(3))), byText(added));
      assert.deepEqual(byText(await list(idOf(2))), byText([notice(2, 14, 14)]));
      assert.deepEqual(await list(), []);
      assert.equal((await stores.licenseQueries.get(idOf(1))).version, 1);
    });

    it('are not added for another end than the license has, nor for a license that is deleted', async () => {
      await using stores = await openWith([ending(1, 14), aLicense({ id: idOf(2), key: aKey(2) })]);
      const refused = [notice(1, 14, 15), notice(2, 14, 14), notice(3, 14, 14)];
      for (const each of refused) assert.equal(await add(stores, each), false);
      assert.deepEqual(await stores.licenseQueries.listNotices(refused.map(({ licenseId }) => licenseId)), []);
    });

    it('are added again once they are removed', async () => {
      await using stores = await openWith([ending(1, 14), ending(2, 14)]);
      const added = [notice(1, 14, 14), notice(1, 3, 14), notice(2, 14, 14)];
      for (const each of added) await add(stores, each);
      const remove = () => stores.unitOfWork.run(({ licenses }) => licenses.removeNotice(notice(1, 14, 14)));
      await remove();
      await remove();
      const left = await stores.licenseQueries.listNotices([idOf(1), idOf(2)]);
      assert.deepEqual(left.map(({ licenseId, days }) => [licenseId, days]).sort(), [
        [idOf(1), 3],
        [idOf(2), 14],
      ]);
      assert.equal(await add(stores, notice(1, 14, 14)), true);
    });

    it('go with their license', async () => {
      await using stores = await openWith([ending(1, 14)]);
      await add(stores, notice(1, 14, 14));
      await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
      assert.deepEqual(await stores.licenseQueries.listNotices([idOf(1)]), []);
    });
  });

  describe(`SendExpiryNotices over ${adapter}`, () => {
    const sender = ({ unitOfWork, licenseQueries, userQueries }: OpenStores, at: Instant, more = {}) =>
      new SendExpiryNotices({
        unitOfWork,
        licenseQueries,
        userQueries,
        clock: new FixedClock(at),
        idGenerator: new Uuidv7Ids(),
        registration: 'open',
        sendsExpiryNotices: true,
        ...more,
      });
    const send = (stores: OpenStores, at: Instant, more = {}) => sender(stores, at, more).execute(async () => {});

    /** The emails that are queued since the last call, each as its recipient and the number of its license. */
    const queued = async ({ unitOfWork }: OpenStores): Promise<string[]> => {
      const times = { at: day(900), leaseUntil: day(900), latestDue: day(999) };
      const claimed = await unitOfWork.run(async ({ outbox }) => {
        const emails = await outbox.claim({ ...times, limit: 1_000 });
        for (const { id } of emails) await outbox.done(id);
        return emails;
      });
      return claimed
        .map(({ email }) => (email?.kind === 'license-expiry' ? `${email.to} ${numberOf(email.licenseId)}` : 'other'))
        .sort();
    };
    const numberOf = (id: string): number => Number.parseInt(id.slice(-12), 16) - 0x3000;

    it('queues one email 14 days and one 3 days before an end, and no other', async () => {
      await using stores = await openWith([ending(1, 30), aLicense({ id: idOf(2), key: aKey(2) })]);
      const seen: Record<string, string[]> = {};
      for (let hour = 15 * 24; hour < 31 * 24; hour += 3) {
        await send(stores, Instant.plusMs(NEW_YEAR, hour * 3_600_000));
        const emails = await queued(stores);
        if (emails.length > 0) seen[`day ${hour / 24}`] = emails;
      }
      assert.deepEqual(seen, { 'day 16': ['ada@example.com 1'], 'day 27': ['ada@example.com 1'] });
      const notices = await stores.licenseQueries.listNotices([idOf(1)]);
      assert.deepEqual(notices.map(({ days, queuedAt }) => [days, queuedAt]).sort(), [
        [14, day(16)],
        [3, day(27)],
      ]);
    });

    it('begins exactly on time, and never after the end', async () => {
      await using stores = await openWith([ending(1, 14), ending(2, 13)]);
      await send(stores, Instant.plusMs(NEW_YEAR, -1));
      assert.deepEqual(await queued(stores), ['ada@example.com 2']);
      await send(stores, NEW_YEAR);
      assert.deepEqual(await queued(stores), ['ada@example.com 1']);
      await send(stores, day(14));
      assert.deepEqual(await queued(stores), []);
    });

    it('is late after a downtime, with one email where both are due', async () => {
      await using stores = await openWith([ending(1, 30), ending(2, 20), ending(3, 22)]);
      await send(stores, day(20));
      assert.deepEqual(await queued(stores), ['ada@example.com 1', 'ada@example.com 3']);
      await send(stores, day(28));
      assert.deepEqual(await queued(stores), ['ada@example.com 1']);
    });

    it('begins anew with a new end', async () => {
      await using stores = await openWith([ending(1, 10)]);
      await send(stores, NEW_YEAR);
      await stores.unitOfWork.run(async ({ licenses }) => {
        await licenses.save((await licenses.lock(idOf(1))).renew({ days: 30 }, NEW_YEAR));
      });
      assert.equal((await queued(stores)).length, 1);
      for (const at of [25, 26, 36, 37, 38]) await send(stores, day(at));
      assert.equal((await queued(stores)).length, 2);
      assert.equal((await stores.licenseQueries.listNotices([idOf(1)])).length, 3);
    });

    it('leaves out licenses that are not active, and owners who may not get their key', async () => {
      const [banned, confirmed, unconfirmed] = [
        aUser({ id: anId(2), email: 'bob@example.com' }).ban(null, NEW_YEAR),
        aUser({ id: anId(3), email: 'cy@example.com' }),
        aUser({ id: anId(4), email: 'dee@example.com' }),
      ];
      const licenses = [
        ending(1, 10, { status: 'suspended' }),
        ending(2, 10, { status: 'revoked' }),
        ending(3, 10, { startsAt: Instant.format(day(5)) }),
        ending(4, 10, { userId: anId(2), ownerBanned: true }),
        ending(5, 10, { userId: anId(3) }),
        ending(6, 10, { userId: anId(4) }),
        ending(7, -1, { startsAt: Instant.format(day(-30)), graceDays: 30 }),
      ];
      const confirming = confirmed.confirmEmail(confirmed.email, NEW_YEAR);
      await using stores = await openWith(licenses, [aUser(), banned, confirming, unconfirmed]);
      await send(stores, NEW_YEAR, { sendsExpiryNotices: false });
      assert.deepEqual(await queued(stores), [], 'it is off');
      await send(stores, NEW_YEAR, { registration: 'confirmed' });
      assert.deepEqual(await queued(stores), ['cy@example.com 5']);
      await send(stores, NEW_YEAR, { registration: 'open' });
      assert.deepEqual(await queued(stores), ['dee@example.com 6']);
      await stores.unitOfWork.run(async ({ licenses }) => {
        await licenses.save((await licenses.lock(idOf(1))).reinstate());
      });
      await send(stores, day(6));
      assert.deepEqual(await queued(stores), ['ada@example.com 1', 'ada@example.com 3']);
    });

    it('queues each once where several instances run at once, over several pages', async () => {
      const count = 120;
      // Of one moment, so that pages continue by the id.
      const licenses = Array.from({ length: count }, (_, n) => ending(n + 1, 10));
      await using stores = await openWith([...licenses, ending(count + 1, -1, { startsAt: Instant.format(day(-9)) })]);
      await Promise.all([1, 2, 3].map(() => send(stores, NEW_YEAR)));
      const emails = await queued(stores);
      assert.deepEqual([emails.length, new Set(emails).size], [count, count]);
      await send(stores, NEW_YEAR);
      assert.deepEqual(await queued(stores), []);
    });

    it('stops between two pages when it is asked to, and goes on later', async () => {
      await using stores = await openWith(Array.from({ length: 60 }, (_, n) => ending(n + 1, 10)));
      let pages = 0;
      const pause = async () => {
        pages += 1;
      };
      await sender(stores, NEW_YEAR).execute(pause, () => pages > 0);
      assert.deepEqual([pages, (await queued(stores)).length], [1, 50]);
      await send(stores, NEW_YEAR);
      assert.equal((await queued(stores)).length, 10);
    });
  });
};
