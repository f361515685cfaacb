import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { AuditedMemoryStores } from '../../../../test/audit/audited-memory-stores.ts';
import { aToken } from '../../../../test/builders/api-token-builder.ts';
import { anAuditEntry } from '../../../../test/builders/audit-entry-builder.ts';
import { NO_PAGES } from '../../../../test/builders/email-templates.ts';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aLicense } from '../../../../test/builders/license-builder.ts';
import { aSession } from '../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../../test/doubles/fixed-clock.ts';
import { MemorySecurityLog } from '../../../../test/doubles/memory-security-log.ts';
import { PurgeAuditLog } from '../../../application/audit/purge-audit-log.ts';
import { SealAuditEntries } from '../../../application/audit/seal-audit-entries.ts';
import { RecordValidations } from '../../../application/license/record-validations.ts';
import { SendExpiryNotices } from '../../../application/license/send-expiry-notices.ts';
import { ValidationBuffer } from '../../../application/license/validation-buffer.ts';
import { DeliverMail, type Delivery } from '../../../application/mail/deliver-mail.ts';
import { RenderEmail } from '../../../application/mail/render-email.ts';
import { DailyCountBuffer } from '../../../application/statistics/daily-count-buffer.ts';
import { RecordDailyCounts } from '../../../application/statistics/record-daily-counts.ts';
import { PurgeExpired } from '../../../application/system/purge-expired.ts';
import { Throttle } from '../../../application/throttle/throttle.ts';
import { RecordTokenUses, TokenUseBuffer } from '../../../application/token/record-token-uses.ts';
import { LockedLoginBuffer, NotifyLockedLogins } from '../../../application/user/notify-locked-logins.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { Mail } from '../../../ports/mailer.ts';
import type { OutgoingEmail } from '../../../ports/outbox.ts';
import type { UnitOfWork } from '../../../ports/unit-of-work.ts';
import { CryptoRandom } from '../../driven/system/crypto-random.ts';
import { Sha256TokenHasher, sha256 } from '../../driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../driven/system/uuidv7-ids.ts';
import { BackgroundWorker } from './background-worker.ts';

const MAIL_MS = 500;
const PURGE_MS = 3_600_000;
const WELCOME: OutgoingEmail = { kind: 'welcome', to: 'ada@example.com' };

/** Accepts every email; while it is slow, only once it is instructed to continue. */
class TestMailer {
  readonly emails: Mail[] = [];
  #gate = Promise.withResolvers<void>();
  isSlow = false;
  isBroken = false;

  async send(mail: Mail): Promise<void> {
    if (this.isBroken) throw new Error('the transport has a fault');
    this.emails.push(mail);
    if (this.isSlow) await this.#gate.promise;
  }

  resume(): void {
    this.#gate.resolve();
    this.#gate = Promise.withResolvers();
  }
}

/** A worker on a store in memory, with mocked timers. */
const aWorker = (t: TestContext, pauses: { mailEveryMs?: number; purgeEveryMs?: number } = {}) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const stores = new AuditedMemoryStores();
  const clock = new FixedClock(NEW_YEAR);
  const mailer = new TestMailer();
  const gate = Promise.withResolvers<void>();
  const store = { isDown: false, isSlow: false, unitsOfWork: 0, resume: gate.resolve };
  const unitOfWork: UnitOfWork = {
    async run(work) {
      store.unitsOfWork += 1;
      if (store.isDown) throw new Error('the store is down');
      if (store.isSlow) await gate.promise;
      return stores.run(work);
    },
  };
  const validationBuffer = new ValidationBuffer();
  const tokenUses = new TokenUseBuffer();
  const deliveries: Delivery[] = [];
  const unsealed: number[] = [];
  const failures: { error: unknown; isFirst: boolean }[] = [];
  const tokens = { randomSource: new CryptoRandom(), tokenHasher: new Sha256TokenHasher(), resetTtlMs: 1_000 };
  const idGenerator = new Uuidv7Ids();
  const limits = { unitOfWork, idGenerator, ...tokens, securityLog: new MemorySecurityLog(), isOn: true };
  const throttle = new Throttle(limits);
  const renderEmail = new RenderEmail({
    unitOfWork,
    idGenerator,
    clock,
    ...tokens,
    throttle,
    templates: NO_PAGES,
    resetConfirmsEmail: true,
    licenseQueries: stores.licenses,
    userQueries: stores.users,
    registration: 'open',
  });
  const worker = new BackgroundWorker({
    deliverMail: new DeliverMail({ unitOfWork, clock, renderEmail, mailer, throttle }),
    purgeExpired: new PurgeExpired({
      unitOfWork,
      clock,
      sessionLimits: { idleMs: 1_000, ttlMs: 1_000 },
      staffIdleMs: 1_000,
    }),
    purgeAuditLog: new PurgeAuditLog({
      unitOfWork,
      clock,
      auditQueries: stores.audit,
      idGenerator: new Uuidv7Ids(),
      auditRetentionMs: 0,
      auditIpRetentionMs: 1_000,
    }),
    sendExpiryNotices: new SendExpiryNotices({
      unitOfWork: stores,
      clock,
      idGenerator,
      licenseQueries: stores.licenses,
      userQueries: stores.users,
      registration: 'open',
      sendsExpiryNotices: true,
    }),
    sealAuditEntries: new SealAuditEntries({ unitOfWork, clock, auditQueries: stores.audit, sha256 }),
    // Not among the units of work that are counted.
    recordDailyCounts: new RecordDailyCounts({
      unitOfWork: stores,
      clock,
      licenseQueries: stores.licenses,
      dailyCountBuffer: new DailyCountBuffer(),
    }),
    recordTokenUses: new RecordTokenUses({ unitOfWork, tokenUses }),
    notifyLockedLogins: new NotifyLockedLogins({
      unitOfWork,
      idGenerator: new Uuidv7Ids(),
      throttle,
      lockedLogins: new LockedLoginBuffer(),
      registration: 'open',
    }),
    recordValidations: new RecordValidations({ unitOfWork, validationBuffer, seatBuffer: new ValidationBuffer() }),
    onUnsealed: (count) => unsealed.push(count),
    onDelivery: (delivery) => deliveries.push(delivery),
    onFailure: (failure) => failures.push(failure),
    ...pauses,
  });
  let queued = 0;
  return {
    worker,
    mailer,
    clock,
    deliveries,
    unsealed,
    stores,
    failures,
    store,
    async queueEmail() {
      queued += 1;
      await stores.run(({ outbox }) => outbox.add(anId(queued), WELCOME, NEW_YEAR));
    },
    async openSession() {
      await stores.arrange(async ({ users, sessions }) => {
        if (await users.isEmpty()) await users.save(aUser());
        await sessions.add(aSession());
      });
    },
    async useToken(at: Instant) {
      await stores.arrange(async ({ users, apiTokens }) => {
        if (!(await users.isEmpty())) return;
        await users.save(aUser());
        await apiTokens.save(aToken());
      });
      tokenUses.add({ id: aToken().id, at, ip: '192.0.2.7' });
    },
    async issueEnding(days: number) {
      const expiresAt = Instant.format(Instant.plusMs(NEW_YEAR, days * 86_400_000));
      await stores.arrange(async ({ users, licenses }) => {
        await users.save(aUser());
        await licenses.save(aLicense({ expiresAt }));
      });
    },
    lastUse: async () => (await stores.apiTokens.get(aToken().id)).token.toSnapshot().lastUsedAt,
    isSessionKept: async () => (await stores.sessions.findByToken(aSession().toSnapshot().tokenHash)) !== undefined,
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await setImmediate();
    },
  };
};

describe('BackgroundWorker', () => {
  it('records the last uses of API tokens together, every 5 seconds', async (t) => {
    const { worker, useToken, lastUse, pass } = aWorker(t);
    const later = Instant.plusMs(NEW_YEAR, 1_000);
    await useToken(NEW_YEAR);
    await useToken(later);
    worker.start();
    await pass(500);
    assert.equal(await lastUse(), later);
    const latest = Instant.plusMs(NEW_YEAR, 2_000);
    await useToken(latest);
    await pass(4_999);
    assert.equal(await lastUse(), later);
    await pass(1);
    assert.equal(await lastUse(), latest);
    await worker.stop();
  });

  it('sends notices of the end of licenses, at the start and every ten minutes', async (t) => {
    const { worker, mailer, clock, issueEnding, pass } = aWorker(t);
    await issueEnding(10);
    worker.start();
    await pass(MAIL_MS);
    await pass(MAIL_MS);
    assert.equal(mailer.emails.length, 1);
    clock.advance(7 * 86_400_000);
    await pass(600_000 - 2 * MAIL_MS);
    assert.equal(mailer.emails.length, 1);
    for (const _ of Array(3)) await pass(MAIL_MS);
    assert.equal(mailer.emails.length, 2);
    await worker.stop();
  });

  it('sends what is queued, at the start and from then on', async (t) => {
    const { worker, mailer, deliveries, queueEmail, pass } = aWorker(t);
    await queueEmail();
    worker.start();
    await pass(MAIL_MS - 1);
    assert.equal(mailer.emails.length, 0);
    await pass(1);
    assert.equal(mailer.emails.length, 1);
    await queueEmail();
    await queueEmail();
    await pass(MAIL_MS);
    assert.equal(mailer.emails.length, 3);
    assert.deepEqual([deliveries[0]?.sent, deliveries[1]?.sent], [1, 2]);
    await worker.stop();
  });

  it('reports what it sent also where an email failed by a fault of the program', async (t) => {
    const { worker, mailer, deliveries, failures, queueEmail, pass } = aWorker(t, { mailEveryMs: 500 });
    await queueEmail();
    mailer.isBroken = true;
    worker.start();
    await pass(500);
    assert.deepEqual(deliveries, [{ sent: 0, dropped: 0, postponed: 0, deadLettered: 0, unreadable: [] }]);
    assert.deepEqual(failures, [{ error: new Error('the transport has a fault'), isFirst: true }]);
    await worker.stop();
  });

  it('purges expired rows soon after the start, and then every hour', async (t) => {
    const { worker, clock, openSession, isSessionKept, pass } = aWorker(t);
    await openSession();
    clock.advance(1_000);
    worker.start();
    await pass(MAIL_MS);
    assert.equal(await isSessionKept(), false);
    await openSession();
    await pass(PURGE_MS - 1);
    assert.equal(await isSessionKept(), true);
    await pass(1);
    assert.equal(await isSessionKept(), false);
    await worker.stop();
  });

  it('seals audit entries within two seconds, and says how many wait before and after', async (t) => {
    const { worker, stores, unsealed, pass } = aWorker(t);
    const append = (n: number) => stores.arrange(({ audit }) => audit.append(anAuditEntry({ id: anId(n) })));
    const waiting = async () => (await stores.audit.readChain()).unsealed;
    await append(1);
    worker.start();
    await pass(MAIL_MS);
    assert.equal(await waiting(), 0);
    await append(2);
    await append(3);
    await pass(1_000);
    assert.equal(await waiting(), 0);
    assert.deepEqual(unsealed, [1, 0, 2, 0]);
    await worker.stop();
  });

  it('erases addresses in the audit log after their time', async (t) => {
    const { worker, stores, clock, pass } = aWorker(t);
    await stores.arrange(({ audit }) => audit.append(anAuditEntry()));
    clock.advance(3_600_000);
    worker.start();
    await pass(MAIL_MS);
    assert.equal((await stores.audit.get(anAuditEntry().id)).entry.toSnapshot().ip, undefined);
    await worker.stop();
  });

  it('purges the audit log also where expired rows cannot be deleted', async (t) => {
    const { worker, stores, clock, failures, pass } = aWorker(t);
    t.mock.method(PurgeExpired.prototype, 'execute', () => Promise.reject(new Error('a backlog')));
    await stores.arrange(({ audit }) => audit.append(anAuditEntry()));
    clock.advance(3_600_000);
    worker.start();
    await pass(MAIL_MS);
    assert.equal((await stores.audit.get(anAuditEntry().id)).entry.toSnapshot().ip, undefined);
    assert.deepEqual(failures, [{ error: new Error('a backlog'), isFirst: true }]);
    await worker.stop();
  });

  it('sends at most four emails at a time while the mailer is slow', async (t) => {
    const { worker, mailer, queueEmail, pass } = aWorker(t);
    mailer.isSlow = true;
    for (let n = 0; n < 20; n += 1) await queueEmail();
    worker.start();
    for (const inFlight of [1, 2, 3, 4, 4, 4]) {
      await pass(MAIL_MS);
      assert.equal(mailer.emails.length, inFlight);
    }
    mailer.isSlow = false;
    mailer.resume();
    await pass(0);
    assert.equal(mailer.emails.length, 20);
    await worker.stop();
  });

  it('purges in one run at a time, however long it takes', async (t) => {
    const { worker, store, pass } = aWorker(t, { mailEveryMs: PURGE_MS, purgeEveryMs: 10 });
    store.isSlow = true;
    worker.start();
    for (let n = 0; n < 5; n += 1) await pass(10);
    assert.equal(store.unitsOfWork, 3, 'one for emails, and one for each purge');
    store.resume();
    await worker.stop();
  });

  it('stops once the email in flight is sent, and begins nothing after that', async (t) => {
    const { worker, mailer, deliveries, queueEmail, pass } = aWorker(t);
    mailer.isSlow = true;
    await queueEmail();
    worker.start();
    await pass(MAIL_MS);
    const stopped = worker.stop().then(() => 'stopped');
    await pass(PURGE_MS);
    assert.equal(await Promise.race([stopped, 'waiting']), 'waiting');
    mailer.resume();
    await stopped;
    assert.deepEqual(
      deliveries.map(({ sent }) => sent),
      [1],
    );
    await queueEmail();
    await pass(PURGE_MS);
    assert.equal(mailer.emails.length, 1);
  });

  it('renews the lease of an email in flight, also while it stops', async (t) => {
    const { worker, mailer, clock, failures, store, queueEmail, pass } = aWorker(t);
    mailer.isSlow = true;
    await queueEmail();
    worker.start();
    await pass(MAIL_MS);
    const waitTenMinutes = async () => {
      for (let passed = 0; passed < 600_000; passed += 10_000) {
        clock.advance(10_000);
        await pass(10_000);
      }
    };
    await waitTenMinutes();
    store.isDown = true;
    await pass(20_000);
    assert.match(String(failures.at(-1)?.error), /the store is down/);
    store.isDown = false;
    const stopped = worker.stop();
    await waitTenMinutes();
    mailer.resume();
    await stopped;
    assert.equal(mailer.emails.length, 1);
  });

  it('stops with emails left over where there are many', async (t) => {
    const { worker, mailer, queueEmail, pass } = aWorker(t);
    mailer.isSlow = true;
    for (let n = 0; n < 20; n += 1) await queueEmail();
    worker.start();
    await pass(MAIL_MS);
    const stopped = worker.stop();
    const inFlight = mailer.emails.length;
    mailer.resume();
    await stopped;
    assert.deepEqual([mailer.emails.length, inFlight < 20], [inFlight, true]);
  });

  it('does nothing where it is stopped before its first run', async (t) => {
    const { worker, mailer, queueEmail, pass } = aWorker(t);
    await queueEmail();
    worker.start();
    await worker.stop();
    await pass(PURGE_MS);
    assert.equal(mailer.emails.length, 0);
  });

  it('retries an unavailable store at growing intervals up to a minute, and continues when it is back', async (t) => {
    const { worker, mailer, failures, store, queueEmail, pass } = aWorker(t);
    await queueEmail();
    store.isDown = true;
    worker.start();
    await pass(MAIL_MS);
    const failuresIn = async (ms: number) => {
      const before = failures.length;
      for (let passed = 0; passed < ms; passed += MAIL_MS) await pass(MAIL_MS);
      return failures.length - before;
    };
    // Runs at 0.5, 1, 2, 4, 8, 16 and 32 seconds after one another.
    assert.equal(await failuresIn(63_500), 7);
    assert.equal(await failuresIn(600_000), 10);
    assert.equal(failures.filter(({ isFirst }) => isFirst).length, 3, 'of emails, and of each purge');
    store.isDown = false;
    assert.equal(await failuresIn(60_000), 0);
    assert.equal(mailer.emails.length, 1);
    await queueEmail();
    await pass(MAIL_MS);
    assert.equal(mailer.emails.length, 2);
    store.isDown = true;
    await pass(MAIL_MS);
    assert.equal(failures.at(-1)?.isFirst, true, 'it was back in between');
    await worker.stop();
  });

  it('has configurable pauses', async (t) => {
    const { worker, deliveries, pass } = aWorker(t, { mailEveryMs: 5, purgeEveryMs: 10 });
    worker.start();
    await pass(5);
    await pass(5);
    assert.equal(deliveries.length, 2);
    await worker.stop();
  });
});
