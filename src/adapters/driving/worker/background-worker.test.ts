import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { anId } from '../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../test/builders/instants.ts';
import { aSession } from '../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../test/builders/user-builder.ts';
import { RecordValidations } from '../../../application/license/record-validations.ts';
import { ValidationBuffer } from '../../../application/license/validation-buffer.ts';
import { DeliverMail, type Delivery } from '../../../application/mail/deliver-mail.ts';
import { RenderEmail } from '../../../application/mail/render-email.ts';
import { PurgeExpired } from '../../../application/system/purge-expired.ts';
import type { Mail } from '../../../ports/mailer.ts';
import type { OutgoingEmail } from '../../../ports/outbox.ts';
import type { UnitOfWork } from '../../../ports/unit-of-work.ts';
import { FixedClock } from '../../driven/memory/fixed-clock.ts';
import { MemoryStores } from '../../driven/memory/memory-stores.ts';
import { CryptoRandom } from '../../driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../driven/system/sha256-token-hasher.ts';
import { BackgroundWorker } from './background-worker.ts';

const MAIL_MS = 500;
const PURGE_MS = 3_600_000;
const WELCOME: OutgoingEmail = { kind: 'welcome', to: 'ada@example.com' };

/** A post that takes what it is given; while it is slow, only when it is told to go on. */
class Post {
  readonly letters: Mail[] = [];
  #gate = Promise.withResolvers<void>();
  isSlow = false;

  async send(mail: Mail): Promise<void> {
    this.letters.push(mail);
    if (this.isSlow) await this.#gate.promise;
  }

  goOn(): void {
    this.#gate.resolve();
    this.#gate = Promise.withResolvers();
  }
}

/** A worker on a store in memory; its timers move only when the test lets time pass. */
const aWorkplace = (t: TestContext, pauses: { mailEveryMs?: number; purgeEveryMs?: number } = {}) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const stores = new MemoryStores();
  const clock = new FixedClock(NEW_YEAR);
  const post = new Post();
  const gate = Promise.withResolvers<void>();
  const store = { isDown: false, isSlow: false, questions: 0, goOn: gate.resolve };
  const unitOfWork: UnitOfWork = {
    async run(work) {
      store.questions += 1;
      if (store.isDown) throw new Error('the store is down');
      if (store.isSlow) await gate.promise;
      return stores.run(work);
    },
  };
  const validationBuffer = new ValidationBuffer();
  const deliveries: Delivery[] = [];
  const failures: { error: unknown; isFirst: boolean }[] = [];
  const tokens = { randomSource: new CryptoRandom(), tokenHasher: new Sha256TokenHasher(), resetTtlMs: 1_000 };
  const renderEmail = new RenderEmail({ unitOfWork, clock, ...tokens, templates: { resetPage: undefined } });
  const worker = new BackgroundWorker({
    deliverMail: new DeliverMail({ unitOfWork, clock, renderEmail, mailer: post }),
    purgeExpired: new PurgeExpired({ unitOfWork, clock, sessionLimits: { idleMs: 1_000, ttlMs: 1_000 } }),
    recordValidations: new RecordValidations({ unitOfWork, validationBuffer }),
    onDelivery: (delivery) => deliveries.push(delivery),
    onFailure: (failure) => failures.push(failure),
    ...pauses,
  });
  let promised = 0;
  return {
    worker,
    post,
    clock,
    deliveries,
    failures,
    store,
    async promiseLetter() {
      promised += 1;
      await stores.run(({ outbox }) => outbox.add(anId(promised), WELCOME, NEW_YEAR));
    },
    async openSession() {
      await stores.run(async ({ users, sessions }) => {
        if (await users.isEmpty()) await users.save(aUser());
        await sessions.add(aSession());
      });
    },
    isSessionKept: async () => (await stores.sessions.findByToken(aSession().toSnapshot().tokenHash)) !== undefined,
    async pass(ms: number) {
      t.mock.timers.tick(ms);
      await setImmediate();
    },
  };
};

describe('BackgroundWorker', () => {
  it('sends what is promised, at the start and from then on', async (t) => {
    const { worker, post, deliveries, promiseLetter, pass } = aWorkplace(t);
    await promiseLetter();
    worker.start();
    await pass(MAIL_MS - 1);
    assert.equal(post.letters.length, 0);
    await pass(1);
    assert.equal(post.letters.length, 1);
    await promiseLetter();
    await promiseLetter();
    await pass(MAIL_MS);
    assert.equal(post.letters.length, 3);
    assert.deepEqual([deliveries[0]?.sent, deliveries[1]?.sent], [1, 2]);
    await worker.stop();
  });

  it('throws away what has ended soon after the start, and then every hour', async (t) => {
    const { worker, clock, openSession, isSessionKept, pass } = aWorkplace(t);
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

  it('has four letters under way at most while the post keeps them waiting', async (t) => {
    const { worker, post, promiseLetter, pass } = aWorkplace(t);
    post.isSlow = true;
    for (let n = 0; n < 20; n += 1) await promiseLetter();
    worker.start();
    for (const underWay of [1, 2, 3, 4, 4, 4]) {
      await pass(MAIL_MS);
      assert.equal(post.letters.length, underWay);
    }
    post.isSlow = false;
    post.goOn();
    await pass(0);
    assert.equal(post.letters.length, 20);
    await worker.stop();
  });

  it('throws away what has ended one round at a time, however long one takes', async (t) => {
    const { worker, store, pass } = aWorkplace(t, { mailEveryMs: PURGE_MS, purgeEveryMs: 10 });
    store.isSlow = true;
    worker.start();
    for (let n = 0; n < 5; n += 1) await pass(10);
    assert.equal(store.questions, 2, 'one about letters, and one about what has ended');
    store.goOn();
    await worker.stop();
  });

  it('stops when the letter under way has been handed over, and begins nothing after that', async (t) => {
    const { worker, post, deliveries, promiseLetter, pass } = aWorkplace(t);
    post.isSlow = true;
    await promiseLetter();
    worker.start();
    await pass(MAIL_MS);
    const stopped = worker.stop().then(() => 'stopped');
    await pass(PURGE_MS);
    assert.equal(await Promise.race([stopped, 'waiting']), 'waiting');
    post.goOn();
    await stopped;
    assert.deepEqual(
      deliveries.map(({ sent }) => sent),
      [1],
    );
    await promiseLetter();
    await pass(PURGE_MS);
    assert.equal(post.letters.length, 1);
  });

  it('stops with letters left over where there are many', async (t) => {
    const { worker, post, promiseLetter, pass } = aWorkplace(t);
    post.isSlow = true;
    for (let n = 0; n < 20; n += 1) await promiseLetter();
    worker.start();
    await pass(MAIL_MS);
    const stopped = worker.stop();
    const inHand = post.letters.length;
    post.goOn();
    await stopped;
    assert.deepEqual([post.letters.length, inHand < 20], [inHand, true]);
  });

  it('does nothing where it is stopped before its first round', async (t) => {
    const { worker, post, promiseLetter, pass } = aWorkplace(t);
    await promiseLetter();
    worker.start();
    await worker.stop();
    await pass(PURGE_MS);
    assert.equal(post.letters.length, 0);
  });

  it('asks a store that is down less and less, once a minute at last, and works on when it is back', async (t) => {
    const { worker, post, failures, store, promiseLetter, pass } = aWorkplace(t);
    await promiseLetter();
    store.isDown = true;
    worker.start();
    await pass(MAIL_MS);
    const failuresIn = async (ms: number) => {
      const before = failures.length;
      for (let passed = 0; passed < ms; passed += MAIL_MS) await pass(MAIL_MS);
      return failures.length - before;
    };
    // Rounds at 0.5, 1, 2, 4, 8, 16 and 32 seconds after one another.
    assert.equal(await failuresIn(63_500), 7);
    assert.equal(await failuresIn(600_000), 10);
    assert.equal(failures.filter(({ isFirst }) => isFirst).length, 2, 'of letters, and of what has ended');
    store.isDown = false;
    assert.equal(await failuresIn(60_000), 0);
    assert.equal(post.letters.length, 1);
    await promiseLetter();
    await pass(MAIL_MS);
    assert.equal(post.letters.length, 2);
    store.isDown = true;
    await pass(MAIL_MS);
    assert.equal(failures.at(-1)?.isFirst, true, 'it was back in between');
    await worker.stop();
  });

  it('takes other pauses where it is given some', async (t) => {
    const { worker, deliveries, pass } = aWorkplace(t, { mailEveryMs: 5, purgeEveryMs: 10 });
    worker.start();
    await pass(5);
    await pass(5);
    assert.equal(deliveries.length, 2);
    await worker.stop();
  });
});
