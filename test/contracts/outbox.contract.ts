import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Instant } from '../../src/domain/shared/instant.ts';
import type { OutgoingEmail, QueuedEmail } from '../../src/ports/outbox.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import type { OpenStores } from './open-stores.ts';

const WELCOME: OutgoingEmail = { kind: 'welcome', to: 'ada@example.com' };
const LEASE_MS = 300_000;
const LATEST_DUE_MS = 3_600_000;
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** What every Outbox promises. */
export const outboxContract = (adapter: string, open: () => Promise<OpenStores>): void => {
  describe(`Outbox contract: ${adapter}`, () => {
    it('hands out every kind of email as it was written', async () => {
      await using stores = await open();
      const emails: OutgoingEmail[] = [
        { kind: 'password-reset', to: 'Žofie@example.com', token: 'Žofie "🐎"\n\\' },
        { kind: 'welcome', to: 'ada@example.com' },
        { kind: 'welcome', to: 'ada@example.com', mustConfirm: true },
        { kind: 'password-reset', to: 'ada@example.com' },
        { kind: 'password-reset', to: 'ada@example.com', token: 'tokentokentoken' },
        { kind: 'password-reset', to: 'ada@example.com', reason: 'factor-reset' },
        { kind: 'password-reset', to: 'ada@example.com', reason: 'change-cancelled' },
        { kind: 'staff-invitation', to: 'ada@example.com', by: anId(8), ttlMs: 600_000, requestId: 'r' },
        { kind: 'staff-invitation', to: 'ada@example.com', by: null, ttlMs: 600_000, requestId: 'r' },
        { kind: 'password-changed', to: 'ada@example.com', at: NEW_YEAR },
        { kind: 'email-changed', to: 'ada@example.com', at: NEW_YEAR },
        { kind: 'license-key', to: 'ada@example.com', licenseId: anId(7) },
        { kind: 'license-expiry', to: 'ada@example.com', licenseId: anId(7), expiresAt: NEW_YEAR },
        { kind: 'license-expiry', to: 'ada@example.com', licenseId: anId(7), expiresAt: NEW_YEAR, days: 14 },
        { kind: 'logins-locked', to: 'ada@example.com', isKnown: true, at: NEW_YEAR },
        { kind: 'logins-locked', to: 'ada@example.com', isKnown: false, at: NEW_YEAR },
        { kind: 'code-required', to: 'ada@example.com', at: NEW_YEAR },
      ];
      await stores.unitOfWork.run(async ({ outbox }) => {
        for (const [n, email] of emails.entries()) await outbox.add(anId(n + 1), email, NEW_YEAR);
      });
      const waiting = emails.map((email, n) => ({ id: anId(n + 1), email, attempts: 0 }));
      assert.deepEqual(await claim(stores, { limit: emails.length }), waiting);
    });

    it('hands nothing out before it is due', async () => {
      await using stores = await open();
      await add(stores, 1);
      assert.deepEqual(await claim(stores, { afterMs: -1 }), []);
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 0 })), [1]);
    });

    it('hides what it hands out until the lease ends, then hands it out again', async () => {
      await using stores = await open();
      await add(stores, 1);
      await claim(stores);
      assert.deepEqual(await claim(stores, { afterMs: LEASE_MS - 1 }), []);
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: LEASE_MS })), [1]);
      assert.deepEqual(await claim(stores, { afterMs: LEASE_MS }), [], 'under a lease of its own');
    });

    it('renews a lease that has not been lost, and no other', async () => {
      await using stores = await open();
      await add(stores, 1);
      await claim(stores);
      const [lease, renewed, later] = [1, 2, 3].map((leases) => Instant.plusMs(NEW_YEAR, leases * LEASE_MS));
      const renew = (from = lease, until = renewed) =>
        stores.unitOfWork.run(({ outbox }) => outbox.renew(anId(1), from as Instant, until as Instant));
      assert.equal(await renew(), true);
      assert.deepEqual(await claim(stores, { afterMs: 2 * LEASE_MS - 1 }), []);
      assert.equal(await renew(), false, 'the lease that was replaced');
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 2 * LEASE_MS })), [1]);
      assert.equal(await renew(renewed, renewed), false, 'claimed by another worker');
      await postpone(stores, 1, undefined);
      assert.equal(await renew(later, renewed), false, 'dead-lettered');
      await stores.unitOfWork.run(({ outbox }) => outbox.done(anId(1)));
      assert.equal(await renew(later, renewed), false, 'gone');
    });

    it('hands out no more than asked for, those first that have waited longest', async () => {
      await using stores = await open();
      await add(stores, 3, { afterMs: 1 });
      await add(stores, 1, { afterMs: 1 });
      await add(stores, 2, { afterMs: 0 });
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 1, limit: 2 })), [2, 1]);
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 1, limit: 2 })), [3]);
    });

    it('lets an email that failed wait behind those that were due before its next attempt', async () => {
      await using stores = await open();
      await add(stores, 1);
      await claim(stores);
      await postpone(stores, 1, 10);
      await add(stores, 2, { afterMs: 5 });
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 10 })), [2, 1]);
    });

    it('hands out an email that a clock that was ahead has made due too late', async () => {
      await using stores = await open();
      await add(stores, 1, { afterMs: TEN_YEARS_MS });
      await add(stores, 2, { afterMs: LATEST_DUE_MS });
      assert.deepEqual(numbersOf(await claim(stores)), [1]);
      assert.deepEqual(await claim(stores), [], 'under a lease of its own');
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: LATEST_DUE_MS })).sort(), [1, 2]);
    });

    it('never claims a finished email again', async () => {
      await using stores = await open();
      await add(stores, 1);
      await add(stores, 2);
      await claim(stores);
      await stores.unitOfWork.run(({ outbox }) => outbox.done(anId(1)));
      await stores.unitOfWork.run(({ outbox }) => outbox.done(anId(1)));
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: TEN_YEARS_MS })), [2]);
    });

    it('hands a postponed email out at its time, and counts the attempts', async () => {
      await using stores = await open();
      await add(stores, 1);
      await claim(stores);
      await postpone(stores, 1, 1_000);
      assert.deepEqual(await claim(stores, { afterMs: 999 }), []);
      assert.deepEqual(await claim(stores, { afterMs: 1_000 }), [{ id: anId(1), email: WELCOME, attempts: 1 }]);
      await postpone(stores, 1, 2_000);
      assert.deepEqual(await claim(stores, { afterMs: 2_000 }), [{ id: anId(1), email: WELCOME, attempts: 2 }]);
    });

    it('never claims a dead-lettered email', async () => {
      await using stores = await open();
      await add(stores, 1);
      await add(stores, 2);
      await claim(stores);
      await postpone(stores, 1, undefined);
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: TEN_YEARS_MS })), [2]);
    });

    it('hands out unreadable rows without an email, and the others with theirs', async () => {
      await using stores = await open();
      const strange = [
        { kind: 'of a newer version', to: 'ada@example.com' },
        { kind: 'toString', to: 'ada@example.com' },
        { kind: 'welcome' },
        { kind: 'password-changed', to: 'ada@example.com', at: 'yesterday' },
        { kind: 'password-reset', to: 'ada@example.com', token: 7 },
        { kind: 'password-reset', to: 'ada@example.com', reason: 'of a newer version' },
        { kind: 'staff-invitation', to: 'ada@example.com', by: 7, ttlMs: 600_000, requestId: 'r' },
        { kind: 'staff-invitation', to: 'ada@example.com', by: null, requestId: 'r' },
        { kind: 'license-key', to: 'ada@example.com' },
        { kind: 'license-expiry', to: 'ada@example.com', licenseId: anId(7), expiresAt: 'soon' },
        { kind: 'license-expiry', to: 'ada@example.com', licenseId: anId(7), expiresAt: NEW_YEAR, days: '3' },
        null,
      ];
      await stores.unitOfWork.run(async ({ outbox }) => {
        for (const [n, email] of strange.entries()) await outbox.add(anId(n + 1), email as OutgoingEmail, NEW_YEAR);
      });
      await add(stores, strange.length + 1, { afterMs: 1 });
      const claimed = (await claim(stores, { afterMs: 1, limit: strange.length + 1 })).map(({ email }) => email);
      assert.deepEqual(claimed, [...strange.map(() => undefined), WELCOME]);
      assert.deepEqual(await claim(stores, { afterMs: 1 }), [], 'all of them under a lease');
      await postpone(stores, 1, undefined);
      await postpone(stores, 2, 2);
      assert.deepEqual(await claim(stores, { afterMs: 2 }), [{ id: anId(2), email: undefined, attempts: 1 }]);
    });

    it('takes no harm from any text of the mail server', async () => {
      await using stores = await open();
      await add(stores, 1);
      const until = Instant.plusMs(NEW_YEAR, 1_000);
      const said = `554 \0\u0007\ud800 ${'no '.repeat(1_000)}`;
      await stores.unitOfWork.run(({ outbox }) => outbox.postpone(anId(1), until, said));
      assert.deepEqual(numbersOf(await claim(stores, { afterMs: 1_000 })), [1]);
    });

    it('ignores the postponing of a deleted email', async () => {
      await using stores = await open();
      await postpone(stores, 1, 0);
      assert.deepEqual(await claim(stores, { afterMs: TEN_YEARS_MS }), []);
    });

    it('drops an email with the unit of work that queued it', async () => {
      await using stores = await open();
      const failing = stores.unitOfWork.run(async ({ outbox }) => {
        await outbox.add(anId(1), WELCOME, NEW_YEAR);
        throw new Error('no account, no welcome');
      });
      await assert.rejects(failing, /no account/);
      assert.deepEqual(await claim(stores), []);
    });

    it('ASVS 15.4.2: never gives two workers the same email', async () => {
      await using stores = await open();
      for (let n = 1; n <= 20; n += 1) await add(stores, n);
      const batches = await Promise.all(Array.from({ length: 8 }, () => claim(stores, { limit: 3 })));
      const numbers = numbersOf(batches.flat()).sort((one, other) => one - other);
      assert.deepEqual(
        numbers,
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
    });
  });
};

const add = ({ unitOfWork }: OpenStores, n: number, { afterMs = 0 } = {}): Promise<void> =>
  unitOfWork.run(({ outbox }) => outbox.add(anId(n), WELCOME, Instant.plusMs(NEW_YEAR, afterMs)));

const claim = ({ unitOfWork }: OpenStores, { afterMs = 0, limit = 10 } = {}): Promise<readonly QueuedEmail[]> => {
  const at = Instant.plusMs(NEW_YEAR, afterMs);
  const [leaseUntil, latestDue] = [Instant.plusMs(at, LEASE_MS), Instant.plusMs(at, LATEST_DUE_MS)];
  return unitOfWork.run(({ outbox }) => outbox.claim({ at, leaseUntil, latestDue, limit }));
};

const postpone = ({ unitOfWork }: OpenStores, n: number, untilMs: number | undefined): Promise<void> => {
  const until = untilMs === undefined ? undefined : Instant.plusMs(NEW_YEAR, untilMs);
  return unitOfWork.run(({ outbox }) => outbox.postpone(anId(n), until, 'The mail server is down'));
};

const numbersOf = (emails: readonly QueuedEmail[]): number[] =>
  emails.map(({ id }) => Number.parseInt(id.slice(-12), 16));
