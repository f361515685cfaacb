import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTick } from 'node:timers/promises';
import { NO_PAGES } from '../../../test/builders/email-templates.ts';
import { anId } from '../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../test/builders/instants.ts';
import { aLicense } from '../../../test/builders/license-builder.ts';
import { aUser } from '../../../test/builders/user-builder.ts';
import { FixedClock } from '../../../test/doubles/fixed-clock.ts';
import { MemoryMailer } from '../../../test/doubles/memory-mailer.ts';
import { MemorySecurityLog } from '../../../test/doubles/memory-security-log.ts';
import { MemoryStores } from '../../adapters/driven/memory/memory-stores.ts';
import { CryptoRandom } from '../../adapters/driven/system/crypto-random.ts';
import { Sha256TokenHasher } from '../../adapters/driven/system/sha256-token-hasher.ts';
import { Uuidv7Ids } from '../../adapters/driven/system/uuidv7-ids.ts';
import { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordReset } from '../../domain/user/password-reset.ts';
import { User } from '../../domain/user/user.ts';
import type { Mailer } from '../../ports/mailer.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { Throttle } from '../throttle/throttle.ts';
import { DeliverMail } from './deliver-mail.ts';
import { RenderEmail } from './render-email.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const NOTHING = { sent: 0, dropped: 0, postponed: 0, deadLettered: 0, unreadable: [], errors: [] };
const WELCOME: OutgoingEmail = { kind: 'welcome', to: 'ada@example.com' };
const RESET: OutgoingEmail = { kind: 'password-reset', to: 'ada@example.com' };

/** A mail system in memory. Queued emails are numbered from one. */
const aMailSystem = () => {
  const stores = new MemoryStores();
  const clock = new FixedClock(NEW_YEAR);
  const mailer = new MemoryMailer();
  const tokenHasher = new Sha256TokenHasher();
  const shared = { unitOfWork: stores, idGenerator: new Uuidv7Ids(), tokenHasher };
  const throttle = new Throttle({ ...shared, securityLog: new MemorySecurityLog(), isOn: true });
  const renderEmail = new RenderEmail({
    ...shared,
    randomSource: new CryptoRandom(),
    clock,
    templates: NO_PAGES,
    licenseQueries: stores.licenses,
    userQueries: stores.users,
    registration: 'open',
    resetTtlMs: HOUR,
    resetConfirmsEmail: true,
    throttle,
  });
  const deliverer = (transport: Mailer, unitOfWork: UnitOfWork = stores) =>
    new DeliverMail({ unitOfWork, renderEmail, mailer: transport, clock, throttle });
  let promised = 0;
  return {
    stores,
    clock,
    mailer,
    deliverer,
    deliver: (transport: Mailer = mailer, isStopping?: () => boolean) => deliverer(transport).execute(isStopping),
    async promise(...emails: OutgoingEmail[]) {
      for (const email of emails) {
        promised += 1;
        const id = anId(promised);
        await stores.run(({ outbox }) => outbox.add(id, email, clock.now()));
      }
    },
    createAda: () => stores.run(({ users }) => users.save(aUser())),
    takeReset: (token: string): Promise<PasswordReset | undefined> =>
      stores.run(({ passwordResets }) => passwordResets.take(tokenHasher.hash(new Secret(token)))),
    sentIds: () => mailer.sent.map(({ id }) => id),
    sentTokens: () => mailer.sent.map(({ mail }) => /Reset token: (\S+)/.exec(mail.text)?.[1] ?? 'no token'),
  };
};

describe('DeliverMail', () => {
  it('sends each email once, under the id it was queued with', async () => {
    const { mailer, promise, deliver, sentIds } = aMailSystem();
    await promise(WELCOME, { ...WELCOME, to: 'grace@example.com' });
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 2 });
    assert.deepEqual(await deliver(), NOTHING);
    assert.deepEqual(sentIds(), [anId(1), anId(2)]);
    assert.deepEqual(
      mailer.sent.map(({ mail }) => mail.to),
      ['ada@example.com', 'grace@example.com'],
    );
  });

  it('makes an expiry notice that is dropped due again once it is settled, and not before', async () => {
    const { stores, mailer, clock, createAda, promise, deliver, deliverer } = aMailSystem();
    await createAda();
    const notice = { licenseId: aLicense().id, expiresAt: NEW_YEAR, days: 3, queuedAt: NEW_YEAR };
    await stores.run(({ licenses }) => licenses.save(aLicense({ at: Instant.plusMs(NEW_YEAR, -24 * HOUR), days: 1 })));
    const isDue = () => stores.run(({ licenses }) => licenses.addNotice(notice));
    assert.equal(await isDue(), true);
    await promise({ kind: 'license-expiry', to: 'ada@example.com', ...notice });
    let units = 0;
    const dies: UnitOfWork = {
      run: (work) => {
        units += 1;
        return units === 1 ? stores.run(work) : Promise.reject(new Error('the process has ended'));
      },
    };
    await assert.rejects(deliverer(mailer, dies).execute(), { message: 'the process has ended' });
    assert.equal(await isDue(), false);
    clock.advance(61 * SECOND);
    assert.deepEqual(await deliver(), { ...NOTHING, dropped: 1 });
    assert.equal(await isDue(), true);
  });

  describe('news that an address has an account', () => {
    const NEWS: OutgoingEmail = { kind: 'confirm-registration', to: 'ada@example.com', requestId: 'r1' };

    it('is sent once a day', async () => {
      const { clock, promise, deliver, createAda } = aMailSystem();
      await createAda();
      await promise(NEWS, NEWS);
      assert.deepEqual(await deliver(), { ...NOTHING, sent: 1, dropped: 1 });
      clock.advance(24 * HOUR);
      await promise(NEWS, NEWS);
      assert.deepEqual(await deliver(), { ...NOTHING, sent: 1, dropped: 1 });
    });

    it('is sent after the process has ended while it was being sent', async () => {
      const { clock, promise, deliver, createAda } = aMailSystem();
      await createAda();
      await promise(NEWS);
      const dying: Mailer = { send: () => Promise.reject(new Error('the power went')) };
      assert.deepEqual(await deliver(dying), { ...NOTHING, errors: [new Error('the power went')] });
      clock.advance(60 * SECOND);
      assert.deepEqual(await deliver(), { ...NOTHING, sent: 1 });
    });

    it('is sent once where earlier attempts failed, also those before the account was there', async () => {
      const { clock, mailer, promise, deliver, createAda } = aMailSystem();
      await promise(NEWS, NEWS, NEWS);
      mailer.goDown();
      assert.deepEqual(await deliver(), { ...NOTHING, postponed: 3 });
      await createAda();
      clock.advance(30 * SECOND);
      assert.deepEqual(await deliver(), { ...NOTHING, postponed: 3 });
      mailer.comeBack();
      clock.advance(60 * SECOND);
      assert.deepEqual(await deliver(), { ...NOTHING, sent: 1, dropped: 2 });
    });
  });

  it('tries again after growing waits while the mail server is down, and sends once it is back', async () => {
    const { clock, mailer, promise, deliver, sentIds } = aMailSystem();
    await promise(WELCOME);
    mailer.goDown();
    assert.deepEqual(await deliver(), { ...NOTHING, postponed: 1 });
    for (const wait of [30 * SECOND, 60 * SECOND, 120 * SECOND]) {
      clock.advance(wait - 1);
      assert.deepEqual(await deliver(), NOTHING, `tried before ${wait} ms had passed`);
      clock.advance(1);
      assert.deepEqual(await deliver(), { ...NOTHING, postponed: 1 });
    }
    mailer.comeBack();
    clock.advance(240 * SECOND);
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 1 });
    assert.deepEqual(sentIds(), [anId(1)]);
  });

  it('never waits longer than six hours, and gives up after twenty attempts', async () => {
    const { clock, mailer, promise, deliver, sentIds } = aMailSystem();
    await promise(WELCOME);
    mailer.goDown();
    for (let attempt = 1; attempt < 20; attempt += 1) {
      assert.deepEqual(await deliver(), { ...NOTHING, postponed: 1 }, `attempt ${attempt}`);
      clock.advance(6 * HOUR);
    }
    assert.deepEqual(await deliver(), { ...NOTHING, deadLettered: 1 });
    mailer.comeBack();
    clock.advance(1_000 * HOUR);
    assert.deepEqual(await deliver(), NOTHING);
    assert.deepEqual(sentIds(), []);
  });

  it('gives up an email that is refused, and sends the others', async () => {
    const { clock, mailer, promise, deliver, sentIds } = aMailSystem();
    await promise({ ...WELCOME, to: 'unknown@example.com' }, WELCOME);
    mailer.rejectMailTo('unknown@example.com');
    assert.deepEqual(await deliver(), { ...NOTHING, deadLettered: 1, sent: 1 });
    clock.advance(1_000 * HOUR);
    assert.deepEqual(await deliver(), NOTHING);
    assert.deepEqual(sentIds(), [anId(2)]);
  });

  it('sends an email whose worker ended while it had the lease', async () => {
    const { clock, promise, deliver, sentIds } = aMailSystem();
    await promise(WELCOME);
    const dying: Mailer = {
      async send() {
        throw new Error('the power went');
      },
    };
    assert.deepEqual(await deliver(dying), { ...NOTHING, errors: [new Error('the power went')] });
    assert.deepEqual(await deliver(), NOTHING);
    clock.advance(60 * SECOND - 1);
    assert.deepEqual(await deliver(), NOTHING);
    clock.advance(1);
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 1 });
    assert.deepEqual(sentIds(), [anId(1)]);
  });

  it('RFC 5321 4.5.3.2.6: keeps an email whose reply takes ten minutes from other workers', async () => {
    const { clock, mailer, promise, deliverer, sentIds } = aMailSystem();
    await promise(WELCOME);
    const { promise: reply, resolve } = Promise.withResolvers<void>();
    const slow = deliverer({
      async send(mail, id) {
        await mailer.send(mail, id);
        await reply;
      },
    });
    const sending = slow.execute();
    for (let passed = 0; passed < 600 * SECOND; passed += 20 * SECOND) {
      await slow.renewLeases();
      clock.advance(20 * SECOND);
      assert.deepEqual(await deliverer(mailer).execute(), NOTHING, `a copy after ${passed} ms`);
    }
    resolve();
    assert.deepEqual(await sending, { ...NOTHING, sent: 1 });
    await slow.renewLeases();
    clock.advance(HOUR);
    assert.deepEqual(await deliverer(mailer).execute(), NOTHING);
    assert.deepEqual(sentIds(), [anId(1)]);
  });

  it('renews no lease that was lost, and none of an email that failed', async () => {
    const { clock, mailer, promise, deliverer } = aMailSystem();
    await promise(WELCOME);
    const { promise: forever } = Promise.withResolvers<void>();
    const suspended = deliverer({ send: () => forever });
    void suspended.execute();
    await nextTick();
    clock.advance(60 * SECOND);
    mailer.goDown();
    assert.deepEqual(await deliverer(mailer).execute(), { ...NOTHING, postponed: 1 });
    await suspended.renewLeases();
    mailer.comeBack();
    clock.advance(30 * SECOND);
    assert.deepEqual(await deliverer(mailer).execute(), { ...NOTHING, sent: 1 });
  });

  it('claims one email at a time, so that other workers can send the rest', async () => {
    const { promise, deliver, sentIds } = aMailSystem();
    await promise(WELCOME, WELCOME, WELCOME);
    const inHand: string[] = [];
    const { promise: forever } = Promise.withResolvers<void>();
    void deliver({
      send(_, id) {
        inHand.push(id);
        return forever;
      },
    });
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 2 });
    assert.deepEqual([inHand, sentIds()], [[anId(1)], [anId(2), anId(3)]]);
  });

  it('sends a hundred emails in a round, the others in the next', async () => {
    const { promise, deliver } = aMailSystem();
    await promise(...Array.from({ length: 103 }, () => WELCOME));
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 100 });
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 3 });
  });

  it('claims no further email once it is asked to stop', async () => {
    const { mailer, promise, deliver } = aMailSystem();
    await promise(...Array.from({ length: 10 }, () => WELCOME));
    assert.deepEqual(await deliver(mailer, () => true), { ...NOTHING, sent: 1 });
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 9 });
  });

  it('sets an email aside that it cannot read, sends the others, and reports it at each attempt', async () => {
    const { clock, promise, deliver, sentIds } = aMailSystem();
    const unheardOf = { kind: 'from a newer version', to: 'ada@example.com' } as unknown as OutgoingEmail;
    await promise(WELCOME, unheardOf, ...Array.from({ length: 6 }, () => WELCOME));
    const unreadable = [anId(2)];
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 7, postponed: 1, unreadable });
    assert.deepEqual(
      sentIds(),
      [1, 3, 4, 5, 6, 7, 8].map((n) => anId(n)),
    );
    assert.deepEqual(await deliver(), NOTHING);
    for (let attempt = 2; attempt < 20; attempt += 1) {
      clock.advance(6 * HOUR);
      assert.deepEqual(await deliver(), { ...NOTHING, postponed: 1, unreadable }, `attempt ${attempt}`);
    }
    clock.advance(6 * HOUR);
    assert.deepEqual(await deliver(), { ...NOTHING, deadLettered: 1, unreadable });
    clock.advance(1_000 * HOUR);
    assert.deepEqual(await deliver(), NOTHING);
  });

  it('gives a copy that holds another token another name, so that no mail server drops it as a copy', async () => {
    const { clock, mailer, promise, deliver, createAda, sentIds } = aMailSystem();
    await createAda();
    await promise(RESET);
    const dying: Mailer = {
      async send(mail, id) {
        await mailer.send(mail, id);
        throw new Error('the power went');
      },
    };
    assert.deepEqual(await deliver(dying), { ...NOTHING, errors: [new Error('the power went')] });
    clock.advance(60 * SECOND);
    await deliver();
    const [first = '', second = ''] = sentIds();
    assert.ok(first.startsWith(anId(1)) && second.startsWith(anId(1)), `${first} ${second}`);
    assert.notEqual(first, second);
  });

  it('sends what it queued to a stored address that later rules reject', async () => {
    const { stores, promise, deliver } = aMailSystem();
    const to = Email.fromStore('ada@example.123');
    const { id: userId, ...ada } = aUser().toSnapshot();
    await stores.run(({ users }) => users.save(User.fromSnapshot({ ...ada, id: userId, email: to })));
    await promise(
      { kind: 'confirm-address', to, userId, requestId: 'r1' },
      { kind: 'confirm-registration', to, requestId: 'r1' },
      { kind: 'address-change-requested', to, userId, at: NEW_YEAR, requestId: 'r1' },
    );
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 3 });
  });

  it('drops a reset email that was queued for an address without an account', async () => {
    const { clock, promise, deliver, sentIds } = aMailSystem();
    await promise(RESET);
    assert.deepEqual(await deliver(), { ...NOTHING, dropped: 1 });
    clock.advance(1_000 * HOUR);
    assert.deepEqual(await deliver(), NOTHING);
    assert.deepEqual(sentIds(), []);
  });

  it('makes the token of a reset email at delivery, good for its time from then on', async () => {
    const { clock, mailer, promise, deliver, createAda, sentTokens, takeReset } = aMailSystem();
    await createAda();
    await promise({ ...RESET, to: 'ADA@Example.com' });
    clock.advance(2 * HOUR);
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 1 });
    assert.equal(mailer.sent[0]?.mail.to, 'ada@example.com');

    const [token = ''] = sentTokens();
    const reset = await takeReset(token);
    clock.advance(HOUR - 1);
    assert.equal(reset?.isValidFor(aUser(), clock.now()), true);
    clock.advance(1);
    assert.equal(reset?.isValidFor(aUser(), clock.now()), false);
  });

  it('voids the token of an older reset email with that of a newer one', async () => {
    const { promise, deliver, createAda, sentTokens, takeReset } = aMailSystem();
    await createAda();
    await promise(RESET, RESET);
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 2 });
    const [older = '', newer = ''] = sentTokens();
    assert.equal(await takeReset(older), undefined);
    assert.equal((await takeReset(newer))?.toSnapshot().userId, aUser().id);
  });

  it('passes on a token that was created when the email was queued', async () => {
    const { promise, deliver, sentTokens } = aMailSystem();
    await promise({ ...RESET, token: 'shown-in-development' });
    assert.deepEqual(await deliver(), { ...NOTHING, sent: 1 });
    assert.deepEqual(sentTokens(), ['shown-in-development']);
  });
});
