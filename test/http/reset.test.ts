import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const NEW_PASSWORD = 'a harmless new phrase';
const HOUR_MS = 3_600_000;

const ask = async (app: TestApp, email = 'ada@example.com'): Promise<string> =>
  (await app.call('POST', '/reset_password', { json: { email } })).json().reset_token;

const use = (app: TestApp, reset_token: string, email = 'ada@example.com') =>
  app.call('PUT', '/reset_password', { json: { email, reset_token, new_password: NEW_PASSWORD } });

describe('a reset that is asked for in production', () => {
  it('keeps nothing of what is no address, and answers as ever', async () => {
    await using app = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY });
    for (const email of ['ada', 'a\u0000@example.com', 'x'.repeat(60_000)]) {
      const answer = await app.call('POST', '/reset_password', { json: { email } });
      assert.deepEqual([answer.status, answer.json().email], [202, email]);
    }
    assert.equal(app.rows().outbox, 0);
    await app.call('POST', '/reset_password', { json: { email: 'unknown@example.com' } });
    assert.equal(app.rows().outbox, 1);
  });
});

describe('a reset token', () => {
  it('ASVS 6.6.2: is void as soon as there is a newer one', async () => {
    await using app = await startTestApp();
    await join(app);
    const [older, newer] = [await ask(app), await ask(app)];
    mustBeProblem(await use(app, older), 403, 'password-reset.refused');
    assert.equal((await use(app, newer)).status, 200);
  });

  it('ASVS 6.6.2: serves the address it was made for, and no other', async () => {
    await using app = await startTestApp();
    await join(app);
    await join(app, 'bob@example.com');
    const token = await ask(app);
    for (const email of ['bob@example.com', 'unknown@example.com', '', 'ada@example.com\u0000']) {
      mustBeProblem(await use(app, token, email), 403, 'password-reset.refused');
    }
    await logIn(app, 'bob@example.com');
  });

  it('ASVS 6.6.2: is void when the address or the password has changed meanwhile', async () => {
    for (const change of [{ email: 'ada2@example.com' }, { password: 'another harmless phrase' }]) {
      await using app = await startTestApp();
      const { id, session } = await join(app);
      const token = await ask(app);
      const json = { ...change, current_password: PASSWORD };
      assert.equal((await app.call('PATCH', `/users/${id}`, { session, json })).status, 200);
      for (const email of ['ada@example.com', 'ada2@example.com']) {
        mustBeProblem(await use(app, token, email), 403, 'password-reset.refused');
      }
    }
  });

  it('ASVS 6.6.3: has 256 bits', async () => {
    await using app = await startTestApp();
    await join(app);
    assert.equal(Buffer.from(await ask(app), 'base64url').length, 32);
  });

  it('ASVS 6.4.3 and 6.5.1: works once, also when fifty use it at the same time', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    await join(app);
    const token = await ask(app);
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(app, token)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 403).length, 49);
    mustBeProblem(await use(app, token), 403, 'password-reset.refused');
    assert.ok(app.securityLog.events.some(({ event }) => event === 'authn_token_reuse'));
  });

  it('sets the password however many wrong ones were tried before, from wherever', async () => {
    await using app = await startTestApp();
    await join(app);
    const reset_token = await ask(app);
    const put = (token: string, nth: number) =>
      app.call('PUT', '/reset_password', {
        json: { email: 'ada@example.com', reset_token: token, new_password: NEW_PASSWORD },
        remoteAddress: `198.51.100.${nth % 40}`,
      });
    const statuses = new Map<number, number>();
    for (let nth = 0; nth < 120; nth += 1) {
      const { status } = await put(`guess${nth}`, nth);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    assert.deepEqual(Object.fromEntries(statuses), { 403: THROTTLE_POLICIES.resetByAddress.limit, 429: 90 });
    assert.equal((await put(reset_token, 7)).status, 200);
    await logIn(app, 'ada@example.com', NEW_PASSWORD);
  });

  it('makes us hash no more than ten times, however often its holder shows it at once', async () => {
    await using app = await startTestApp();
    await join(app);
    const token = await ask(app);
    const answers = await Promise.all(Array.from({ length: 30 }, () => use(app, token)));
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length;
    assert.deepEqual([count(200), count(403), count(429)], [1, 9, 20]);
  });

  it('ASVS 6.4.3 and 6.5.5: expires after an hour, or RESET_TTL', async () => {
    for (const [settings, lifeMs] of [
      [{}, HOUR_MS],
      [{ RESET_TTL: '10m' }, 600_000],
    ] as const) {
      await using app = await startTestApp(settings);
      await join(app);
      const late = await ask(app);
      app.clock.advance(lifeMs);
      mustBeProblem(await use(app, late), 403, 'password-reset.refused');
      const early = await ask(app);
      app.clock.advance(lifeMs - 1);
      assert.equal((await use(app, early)).status, 200);
    }
  });

  it('ASVS 6.4.3: is asked for first: without a request none is right', async () => {
    await using app = await startTestApp();
    await join(app);
    for (const token of ['', 'null', 'undefined', '0', PASSWORD, 'A'.repeat(43)]) {
      mustBeProblem(await use(app, token), 403, 'password-reset.refused');
    }
    await logIn(app);
  });

  it('ASVS 6.3.6: opens no session, and is no password', async () => {
    await using app = await startTestApp();
    const { email } = await join(app);
    const token = await ask(app);
    mustBeProblem(await app.call('POST', '/sessions', { json: { email, password: token } }), 401, 'credentials.wrong');
    for (const shown of [{ session: token }, { bearer: token }]) {
      mustBeProblem(await app.call('GET', '/profile', shown), 403, 'session.required');
    }
    assert.equal((await use(app, token)).session, undefined);
  });

  it('is not spent by a new password that is against the rules', async () => {
    await using app = await startTestApp();
    const { email } = await join(app);
    const reset_token = await ask(app);
    const json = { email, reset_token, new_password: 'short' };
    mustBeProblem(await app.call('PUT', '/reset_password', { json }), 422, 'user.invalid', 'password');
    assert.equal((await use(app, reset_token)).status, 200);
  });

  it('ASVS 14.2.1: goes by mail alone in production, and in a link behind the #, which no server sees', async () => {
    const production = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, RESET_URL: 'https://shop.example/reset' };
    await using app = await startTestApp(production);
    const { email } = await join(app);
    const answer = await app.call('POST', '/reset_password', { json: { email }, headers: { host: 'evil.example' } });
    assert.equal(answer.status, 202);
    await app.deliverMail();
    const mail = app.post.sent.at(-1)?.mail;
    const [link = ''] = /https?:\/\/\S+/.exec(mail?.text ?? '') ?? [];
    const { origin, pathname, search, hash } = new URL(link);
    assert.deepEqual([origin, pathname, search], ['https://shop.example', '/reset', '']);
    const token = new URLSearchParams(hash.slice(1)).get('reset_token') ?? '';
    assert.ok(!answer.body.includes(token) && !JSON.stringify(answer.headers).includes(token));
    assert.equal((await use(app, token)).status, 200);
  });
});
