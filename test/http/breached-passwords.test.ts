import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startPwnedPasswordsSimulator } from '../simulators/pwned-passwords-simulator.ts';
import { respondWithHtml } from '../simulators/simulator.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const BREACHED = 'correct horse battery';
const GOOD = 'unheard of and long';
const SENTENCE = 'This password is known from a breach of another service; choose another.';
const ADA = { email: 'ada@example.com', age: 36, name: 'Ada' };

const start = async (settings: Record<string, string> = {}) => {
  const breaches = await startPwnedPasswordsSimulator([BREACHED]);
  const lines: string[] = [];
  const app = await startTestApp(
    {
      BREACHED_PASSWORDS: breaches.baseUrl,
      ADMIN_API_KEY: ADMIN_KEY,
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'json',
      ...settings,
    },
    () => {},
    { logSink: { write: (line: string) => void lines.push(line) } },
  );
  return {
    app,
    breaches,
    lines,
    register: (password: string, change = {}) =>
      app.call('POST', '/register', { json: { ...ADA, password, ...change } }),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await breaches.close();
    },
  };
};

const refused = ({ status, json }: { status: number; json: () => { code: string; errors: string[] } }) => {
  assert.deepEqual([status, json().code, json().errors], [422, 'user.invalid', [SENTENCE]]);
};

describe('A password known from a breach', () => {
  it('ASVS 6.2.12: opens no account', async () => {
    await using server = await start();
    refused(await server.register(BREACHED));
    assert.equal((await server.register(GOOD)).status, 201);
    const create = (password?: string) =>
      server.app.call('POST', '/users', { json: { email: 'bob@example.com', password }, bearer: ADMIN_KEY });
    refused(await create(BREACHED));
    assert.equal((await create()).status, 201);
  });

  it('ASVS 6.2.12: is not set by a change or a reset, and the reset token stays good', async () => {
    await using server = await start();
    const { id } = (await server.register(GOOD)).json();
    const { session } = await server.app.call('POST', '/sessions', { json: { email: ADA.email, password: GOOD } });
    const change = (password: string) =>
      server.app.call('PATCH', `/users/${id}`, { json: { password, current_password: GOOD }, session });
    refused(await change(BREACHED));
    const { reset_token: token } = (
      await server.app.call('POST', '/reset_password', { json: { email: ADA.email } })
    ).json();
    const reset = (password: string) =>
      server.app.call('PUT', '/reset_password', {
        json: { email: ADA.email, reset_token: token, new_password: password },
      });
    refused(await reset(BREACHED));
    assert.equal((await reset('another good one')).status, 200);
  });

  it('ASVS 6.2.12: completes no registration, and the confirmation token stays good', async () => {
    await using server = await start({ REGISTRATION: 'confirmed' });
    await server.app.call('POST', '/register', { json: { email: ADA.email } });
    assert.deepEqual(server.breaches.paths, []);
    await server.app.deliverMail();
    const token = /Confirmation token: (\S+)/.exec(String(server.app.post.sent.at(-1)?.mail.text))?.[1];
    const complete = (password: string, sent = token) =>
      server.app.call('PUT', '/register', { json: { ...ADA, password, confirmation_token: sent } });
    assert.equal((await complete(BREACHED, 'x'.repeat(43))).status, 403);
    assert.deepEqual(server.breaches.paths, []);
    refused(await complete(BREACHED));
    assert.equal((await complete(GOOD)).status, 201);
  });
});

describe('The look-up among breaches', () => {
  it('is not made at a log-in, nor for what is rejected anyway', async () => {
    await using server = await start();
    await server.register(GOOD);
    const asked = server.breaches.requests.length;
    await server.app.call('POST', '/sessions', { json: { email: ADA.email, password: GOOD } });
    await server.app.call('POST', '/sessions', { json: { email: ADA.email, password: BREACHED } });
    assert.equal((await server.register('short')).status, 422);
    assert.equal((await server.register(BREACHED, { age: 3 })).status, 422);
    assert.equal((await server.register(BREACHED)).status, 409);
    const reset = { email: ADA.email, reset_token: 'x'.repeat(43), new_password: BREACHED };
    assert.equal((await server.app.call('PUT', '/reset_password', { json: reset })).status, 403);
    assert.equal(server.breaches.requests.length, asked);
  });

  it('is not made for an address that another account has, where the address is rejected', async () => {
    await using server = await start();
    await server.register(GOOD);
    await server.register(GOOD, { email: 'bob@example.com' });
    const { id } = (await server.app.call('GET', '/users?email=bob@example.com', { bearer: ADMIN_KEY })).json()[0];
    const { session } = await server.app.call('POST', '/sessions', {
      json: { email: 'bob@example.com', password: GOOD },
    });
    const asked = server.breaches.requests.length;
    const create = { email: 'ADA@example.com', password: BREACHED };
    assert.equal((await server.app.call('POST', '/users', { json: create, bearer: ADMIN_KEY })).status, 409);
    const change = { email: 'ADA@example.com', password: BREACHED, current_password: GOOD };
    assert.equal((await server.app.call('PATCH', `/users/${id}`, { json: change, session })).status, 409);
    assert.equal(server.breaches.requests.length, asked);
    refused(await server.app.call('PATCH', `/users/${id}`, { json: { ...change, email: 'BOB@example.com' }, session }));
  });

  it('is made for a change to any address that is answered the same', async () => {
    await using server = await start({ REGISTRATION: 'confirmed' });
    for (const email of ['ada@example.com', 'bob@example.com']) {
      await server.app.call('POST', '/users', { json: { email, password: GOOD }, bearer: ADMIN_KEY });
    }
    const { session } = await server.app.call('POST', '/sessions', { json: { email: ADA.email, password: GOOD } });
    const { id } = (await server.app.call('GET', '/users?email=ada@example.com', { bearer: ADMIN_KEY })).json()[0];
    for (const email of ['bob@example.com', 'free@example.com']) {
      const json = { email, password: BREACHED, current_password: GOOD };
      refused(await server.app.call('PATCH', `/users/${id}`, { json, session }));
    }
  });

  it('fails open with one log line, which holds neither password nor hash', async () => {
    await using server = await start();
    server.breaches.failAlways(respondWithHtml(500));
    assert.equal((await server.register(BREACHED)).status, 201);
    const lines = server.lines.filter((line) => line.includes('failed to look up a password among those of breaches'));
    assert.equal(lines.length, 1);
    assert.doesNotMatch(lines.join(), /correct horse|range\/|[\dA-F]{40}/);
  });

  it('fails closed with 503, where it should', async () => {
    await using server = await start({ BREACHED_PASSWORDS_FAIL: 'closed' });
    server.breaches.failAlways(respondWithHtml(500));
    const answer = await server.register(GOOD);
    assert.deepEqual([answer.status, answer.json().code], [503, 'upstream.unavailable']);
    assert.equal(answer.headers['retry-after'], '5');
    server.breaches.failAlways(undefined);
  });

  it('counts on no limit where it fails closed', async () => {
    await using server = await start({ BREACHED_PASSWORDS_FAIL: 'closed' });
    const { id } = (await server.register(GOOD)).json();
    const { session } = await server.app.call('POST', '/sessions', { json: { email: ADA.email, password: GOOD } });
    const change = async () => {
      const json = { password: 'another good one', current_password: GOOD };
      return (await server.app.call('PATCH', `/users/${id}`, { json, session })).status;
    };
    server.breaches.failAlways(respondWithHtml(500));
    for (let nth = 0; nth < 21; nth += 1) assert.equal(await change(), 503);
  });
});
