import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { Secret } from '../../src/domain/shared/secret.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../src/domain/throttle/throttle-policy.ts';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { codeOf, enrol, SEALING } from './second-factors.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const WRONG = 'wrong pass phrase';
const DAY_MS = 86_400_000;
/** The nth network of the others. */
const elsewhere = (nth: number): string => `203.0.113.${nth}`;

const attempt = (app: TestApp, password: string, remoteAddress?: string, more: object = {}) =>
  app.call('POST', '/sessions', {
    json: { email: 'ada@example.com', password, ...more },
    ...(remoteAddress !== undefined && { remoteAddress }),
  });

/** Wrong passwords, each from another network: all that an hour takes. */
const exhaustAddress = async (app: TestApp): Promise<void> => {
  for (let nth = 0; nth < LIMITS.loginByAddress.limit; nth += 1) {
    mustBeProblem(await attempt(app, WRONG, elsewhere(nth)), 401, 'credentials.wrong');
  }
};

/** A hundred wrong passwords from one network, over as many hours as it takes. */
const failAHundredTimes = async (app: TestApp, remoteAddress?: string): Promise<void> => {
  for (let nth = 0; nth < LIMITS.loginFailuresInARow.limit; nth += 1) {
    if (nth % 9 === 0) app.clock.advance(LIMITS.loginByAddress.windowMs);
    mustBeProblem(await attempt(app, WRONG, remoteAddress), 401, 'credentials.wrong');
  }
  app.clock.advance(LIMITS.loginByAddress.windowMs);
};

const mustBeLimited = (answer: Awaited<ReturnType<typeof attempt>>, policy: { name: string; limit: number }): void => {
  mustBeProblem(answer, 429, 'throttle.exceeded');
  assert.match(String(answer.headers['ratelimit-policy']), new RegExp(`^"${policy.name}";q=${policy.limit};`));
};

describe('ASVS 6.1.1: a network from which the account has logged in', () => {
  it('accepts the owner, and no others, while the limit on the address is exceeded', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    await exhaustAddress(app);
    mustBeLimited(await attempt(app, PASSWORD, elsewhere(200)), LIMITS.loginByAddress);
    mustBeProblem(await attempt(app, WRONG), 401, 'credentials.wrong');
    await logIn(app);
    app.clock.advance(LIMITS.loginByAddress.windowMs - 1);
    const elevate = { session, json: { password: PASSWORD } };
    assert.equal((await app.call('POST', '/sessions/elevate', elevate)).status, 200);
  });

  it('is named by a proxy of TRUSTED_PROXIES, and by no other', async () => {
    await using app = await startTestApp({ TRUSTED_PROXIES: '127.0.0.0/8' });
    const from = (forwarded: string, password: string, remoteAddress = '127.0.0.1') =>
      app.call('POST', '/sessions', {
        json: { email: 'ada@example.com', password },
        headers: { 'x-forwarded-for': forwarded },
        remoteAddress,
      });
    await join(app);
    assert.equal((await from('198.51.100.7', PASSWORD)).status, 200);
    for (let nth = 0; nth < 30; nth += 1) assert.equal((await from(elsewhere(nth), WRONG)).status, 401);
    assert.equal((await from('198.51.100.8', PASSWORD)).status, 429);
    assert.equal((await from('198.51.100.7', PASSWORD, '192.0.2.9')).status, 429);
    assert.equal((await from('198.51.100.7', PASSWORD)).status, 200);
  });

  it('is the whole /64 of an IPv6 address, and not the /48', async () => {
    await using app = await startTestApp();
    await join(app);
    assert.equal((await attempt(app, PASSWORD, '2001:db8:1:2::1')).status, 200);
    await exhaustAddress(app);
    assert.equal((await attempt(app, PASSWORD, '2001:db8:1:2:ffff::9')).status, 200);
    mustBeLimited(await attempt(app, PASSWORD, '2001:db8:1:3::1'), LIMITS.loginByAddress);
  });

  it('counts on the limit of its /48, which rejects others: in the audit log once', async () => {
    await using app = await startTestApp();
    await join(app);
    const known = '2001:db8:1:a::1';
    assert.equal((await attempt(app, PASSWORD, known)).status, 200);
    const { name, limit, windowMs } = { ...LIMITS.loginByIp, name: 'login-ip-48', limit: 10 * LIMITS.loginByIp.limit };
    const key = `${name}:${app.container.resolve(Ports.tokenHasher).hash(new Secret('2001:db8:1::/48'))}`;
    await app.container.resolve(Ports.unitOfWork).run(async ({ attempts }) => {
      for (let nth = 0; nth < limit; nth += 1) await attempts.count([{ key, windowMs }], app.clock.now());
    });
    const reached = async () =>
      (await app.call('GET', '/audit?action=limit.reached')).json().map(({ subject }: { subject: object }) => subject);
    assert.equal((await attempt(app, PASSWORD, known)).status, 200);
    assert.deepEqual(await reached(), []);
    for (const _ of [1, 2]) mustBeProblem(await attempt(app, WRONG, known), 401, 'credentials.wrong');
    assert.deepEqual(await reached(), [{ kind: 'limit', id: name }]);
    for (const _ of [1, 2]) mustBeLimited(await attempt(app, PASSWORD, '2001:db8:1:ffff::1'), { name, limit });
    assert.deepEqual(await reached(), [{ kind: 'limit', id: name }]);
  });

  it('is limited by itself, to ten wrong passwords in a quarter of an hour', async () => {
    await using app = await startTestApp();
    await join(app);
    for (let nth = 0; nth < LIMITS.loginByKnownNetwork.limit; nth += 1) {
      mustBeProblem(await attempt(app, WRONG), 401, 'credentials.wrong');
    }
    mustBeLimited(await attempt(app, PASSWORD), LIMITS.loginByKnownNetwork);
    for (let nth = 0; nth < LIMITS.loginByAddress.limit; nth += 1) {
      mustBeProblem(await attempt(app, WRONG, elsewhere(nth)), 401, 'credentials.wrong');
    }
    app.clock.advance(LIMITS.loginByKnownNetwork.windowMs);
    await logIn(app);
  });

  it('ends its own failures by a log-in, and not those from elsewhere', async () => {
    await using app = await startTestApp();
    await join(app);
    await failAHundredTimes(app, elsewhere(1));
    await logIn(app);
    mustBeProblem(await attempt(app, PASSWORD, elsewhere(2)), 401, 'credentials.wrong');
    for (let round = 0; round < 12; round += 1) {
      app.clock.advance(LIMITS.loginByIp.windowMs);
      for (let nth = 0; nth < 9; nth += 1) await attempt(app, WRONG);
      await logIn(app);
    }
  });

  it('is closed by a hundred of its own failures in a row, until a reset from anywhere', async () => {
    await using app = await startTestApp();
    await join(app);
    await failAHundredTimes(app);
    mustBeProblem(await attempt(app, PASSWORD), 401, 'credentials.wrong');
    assert.equal((await attempt(app, PASSWORD, elsewhere(1))).status, 200, 'others are not');
    mustBeProblem(await attempt(app, PASSWORD), 401, 'credentials.wrong');
    const [email, new_password] = ['ada@example.com', 'a harmless new phrase'];
    const { reset_token } = (await app.call('POST', '/reset_password', { json: { email } })).json();
    const reset = { json: { email, reset_token, new_password }, remoteAddress: elsewhere(9) };
    assert.equal((await app.call('PUT', '/reset_password', reset)).status, 200);
    await logIn(app, email, new_password);
  });

  it('is known for 90 days after its last log-in', async () => {
    await using app = await startTestApp();
    await join(app);
    app.clock.advance(89 * DAY_MS);
    await logIn(app);
    app.clock.advance(90 * DAY_MS - 1_000);
    await exhaustAddress(app);
    mustBeProblem(await attempt(app, WRONG), 401, 'credentials.wrong');
    app.clock.advance(1_000);
    mustBeLimited(await attempt(app, PASSWORD), LIMITS.loginByAddress);
    assert.equal(app.rows().known_networks, 1);
    await app.useCases.purgeExpired.execute();
    assert.equal(app.rows().known_networks, 0);
  });

  it('is one of the last twenty', async () => {
    await using app = await startTestApp();
    await join(app);
    for (let nth = 1; nth <= 20; nth += 1) {
      app.clock.advance(1_000);
      assert.equal((await attempt(app, PASSWORD, `198.51.100.${nth}`)).status, 200);
    }
    assert.equal(app.rows().known_networks, 20);
    await exhaustAddress(app);
    assert.equal((await attempt(app, PASSWORD, '198.51.100.1')).status, 200);
    mustBeLimited(await attempt(app, PASSWORD), LIMITS.loginByAddress);
  });

  it('is forgotten with a ban and with the account, and stored as a hash', async () => {
    for (const end of ['ban', 'delete'] as const) {
      await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
      const { id } = await join(app);
      await join(app, 'grace@example.com');
      assert.equal((await attempt(app, PASSWORD, '198.51.100.77')).status, 200);
      const database = new DatabaseSync(app.databaseFile, { readOnly: true });
      const rows = database.prepare('select * from known_networks').all();
      database.close();
      assert.equal(rows.length, 3);
      assert.equal(new Set(rows.map(({ hash }) => hash)).size, 3, 'one network of two accounts does not show');
      assert.doesNotMatch(JSON.stringify(rows), /198\.51\.100|127\.0\.0/);
      const answer = await (end === 'ban'
        ? app.call('POST', `/users/${id}/ban`, { bearer: ADMIN_KEY })
        : app.call('DELETE', `/users/${id}`, { bearer: ADMIN_KEY }));
      assert.ok(answer.status < 300, answer.body);
      assert.equal(app.rows().known_networks, 1);
    }
  });
});

describe('a right password without the second factor', () => {
  it('makes no network known, and clears no counter', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const there = '198.51.100.7';
    for (let nth = 0; nth < 9; nth += 1) {
      mustBeProblem(await attempt(app, WRONG, there), 401, 'credentials.wrong');
    }
    mustBeProblem(await attempt(app, PASSWORD, there), 401, 'mfa.code-required');
    mustBeLimited(await attempt(app, PASSWORD, there, { code: codeOf(app, secret) }), LIMITS.loginByAddressAndIp);
    assert.equal(app.rows().known_networks, 1);
  });

  it('makes it known once the code follows, with the password or with the challenge', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const asked = await attempt(app, PASSWORD, '198.51.100.7');
    const json = { challenge: asked.json().challenge, code: codeOf(app, secret) };
    const completed = await app.call('POST', '/sessions/challenge', { json, remoteAddress: '198.51.100.7' });
    assert.equal(completed.status, 200, completed.body);
    assert.equal(app.rows().known_networks, 2);
    app.clock.advance(30_000);
    assert.equal((await attempt(app, PASSWORD, '198.51.100.8', { code: codeOf(app, secret) })).status, 200);
    assert.equal(app.rows().known_networks, 3);
    await exhaustAddress(app);
    app.clock.advance(30_000);
    for (const known of ['198.51.100.7', '198.51.100.8']) {
      mustBeProblem(await attempt(app, PASSWORD, known), 401, 'mfa.code-required');
    }
    mustBeLimited(await attempt(app, PASSWORD, '198.51.100.9'), LIMITS.loginByAddress);
  });

  it('counts wrong codes of a challenge on the network where they were sent', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    await failAHundredTimes(app, elsewhere(1));
    const complete = async (remoteAddress: string) => {
      const { challenge } = (await attempt(app, PASSWORD)).json();
      return app.call('POST', '/sessions/challenge', { json: { challenge, code: codeOf(app, secret) }, remoteAddress });
    };
    mustBeProblem(await complete(elsewhere(2)), 401, 'mfa.refused');
    assert.equal((await complete('127.0.0.1')).status, 200);
  });
});

describe('the email about locked log-ins', () => {
  const LOCKED = 'Log-ins to your account are locked';
  const sent = async (app: TestApp) => {
    await app.deliverMail();
    return app.post.sent.filter(({ mail }) => mail.subject === LOCKED).map(({ mail }) => `${mail.to}: ${mail.text}`);
  };

  it('ASVS 6.3.5: reports that they are locked, and adds nothing to the request', async () => {
    for (const [remoteAddress, words] of [
      ['203.0.113.1', /^ada@example\.com: .*except on networks on which you have logged in within 90 days/s],
      ['127.0.0.1', /^ada@example\.com: .*On one of the networks that you use/s],
    ] as const) {
      await using app = await startTestApp();
      await join(app);
      const { outbox } = app.rows();
      await failAHundredTimes(app, remoteAddress);
      mustBeProblem(await attempt(app, PASSWORD, remoteAddress), 401, 'credentials.wrong');
      assert.equal(app.rows().outbox, outbox);
      const [email, ...others] = await sent(app);
      assert.match(email ?? '', words);
      assert.deepEqual(others, []);
    }
  });

  it('is sent for wrong passwords of a step-up and wrong codes too', async () => {
    await using app = await startTestApp(SEALING);
    const { session } = await join(app);
    const elevate = (password: string) => app.call('POST', '/sessions/elevate', { session, json: { password } });
    for (let nth = 0; nth < 100; nth += 1) {
      if (nth % 9 === 0) app.clock.advance(LIMITS.loginByKnownNetwork.windowMs);
      mustBeProblem(await elevate(WRONG), 403, 'password.wrong');
    }
    assert.equal((await sent(app)).length, 1);
    app.clock.advance(DAY_MS);
    const fresh = (await attempt(app, PASSWORD, elsewhere(1))).session;
    assert.equal((await app.call('POST', '/mfa/totp', { session: fresh })).status, 201);
    assert.equal((await sent(app)).length, 1, 'nothing has found it locked since');
    const confirm = { session, json: { code: '000000' } };
    mustBeProblem(await app.call('PUT', '/mfa/totp', confirm), 401, 'mfa.refused');
    assert.equal((await sent(app)).length, 2);
  });

  it('is not sent for an address without an account, nor to a banned user', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const json = { email: 'unknown@example.com', password: WRONG };
    for (let nth = 0; nth < 110; nth += 1) {
      if (nth % 9 === 0) app.clock.advance(LIMITS.loginByAddress.windowMs);
      mustBeProblem(await app.call('POST', '/sessions', { json }), 401, 'credentials.wrong');
    }
    const { id } = await join(app);
    await failAHundredTimes(app, elsewhere(1));
    assert.equal((await app.call('POST', `/users/${id}/ban`, { bearer: ADMIN_KEY })).status, 200);
    mustBeProblem(await attempt(app, WRONG, elsewhere(1)), 401, 'credentials.wrong');
    assert.deepEqual(await sent(app), []);
  });
});

describe('the email about a password that was used on a new network', () => {
  const sent = async (app: TestApp) => {
    await app.deliverMail();
    return app.post.sent.filter(({ mail }) => mail.subject === 'Your password was used on a new network').length;
  };

  it('ASVS 6.3.5: is sent for the first right password without a right code, at most once a day', async () => {
    await using app = await startTestApp(SEALING);
    await enrol(app, await join(app));
    mustBeProblem(await attempt(app, PASSWORD), 401, 'mfa.code-required');
    mustBeProblem(await attempt(app, WRONG, elsewhere(1)), 401, 'credentials.wrong');
    assert.equal(await sent(app), 0);
    mustBeProblem(await attempt(app, PASSWORD, elsewhere(1)), 401, 'mfa.code-required');
    assert.equal(await sent(app), 1);
    assert.equal(app.post.sent.at(-1)?.mail.to, 'ada@example.com');
    app.clock.advance(DAY_MS - 1);
    mustBeProblem(await attempt(app, PASSWORD, elsewhere(2)), 401, 'mfa.code-required');
    assert.equal(await sent(app), 1);
    app.clock.advance(1);
    mustBeProblem(await attempt(app, PASSWORD, elsewhere(2), { code: '000000' }), 401, 'mfa.refused');
    assert.equal(await sent(app), 2);
  });

  it('is not sent without a factor, nor to an address that is not confirmed where addresses are', async () => {
    await using app = await startTestApp(SEALING);
    const ada = await join(app);
    assert.equal((await attempt(app, PASSWORD, elsewhere(1))).status, 200);
    await enrol(app, ada);
    const settings = { ...SEALING, DATABASE_URL: `file:${app.databaseFile}`, REGISTRATION: 'confirmed' };
    await using confirming = await startTestApp(settings);
    mustBeProblem(await attempt(confirming, PASSWORD, elsewhere(2)), 401, 'mfa.code-required');
    assert.equal(await sent(confirming), 0);
    mustBeProblem(await attempt(app, PASSWORD, elsewhere(2)), 401, 'mfa.code-required');
    assert.equal(await sent(app), 1);
  });
});
