import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join, PASSWORD, profileStatus } from './people.ts';
import { ADMIN_KEY, type Answer, startTestApp } from './test-app.ts';

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };
const TOKEN = /^[\w-]{43}$/;

/** The one cookie of an answer: its name, its value and its attributes in lower case. */
const cookieIn = ({ headers }: Answer) => {
  const lines = [headers['set-cookie'] ?? []].flat();
  assert.equal(lines.length, 1);
  const line = String(lines[0]);
  const [pair = '', ...attributes] = line.split(/; */);
  const [name, value = ''] = pair.split('=', 2);
  return { line, name, value, attributes: attributes.map((attribute) => attribute.toLowerCase()).sort() };
};

describe('the session cookie', () => {
  it('ASVS 3.3.1, 3.3.2, 3.3.3 and 3.3.4: in production goes over HTTPS alone, to this very host, and scripts cannot read it', async () => {
    await using app = await startTestApp(PRODUCTION);
    await join(app);
    const { name, value, attributes } = cookieIn(
      await app.call('POST', '/sessions', { form: { email: 'ada@example.com', password: PASSWORD } }),
    );
    assert.equal(name, '__Host-session_id');
    assert.match(value, TOKEN);
    assert.deepEqual(attributes, ['httponly', 'max-age=2592000', 'path=/', 'samesite=lax', 'secure']);
  });

  it('ASVS 3.3.2 and 3.3.4: in development is the same, but for plain HTTP', async () => {
    await using app = await startTestApp();
    await join(app);
    const { name, value, attributes } = cookieIn(
      await app.call('POST', '/sessions', { form: { email: 'ada@example.com', password: PASSWORD } }),
    );
    assert.equal(name, 'session_id');
    assert.match(value, TOKEN);
    assert.deepEqual(attributes, ['httponly', 'max-age=2592000', 'path=/', 'samesite=lax']);
  });

  it('ASVS 3.3.3: under its development name opens nothing in production, so no subdomain can plant one', async () => {
    await using app = await startTestApp(PRODUCTION);
    const { session } = await join(app);
    assert.equal(await profileStatus(app, session), 200);
    const headers = { cookie: `session_id=${session}` };
    assert.equal((await app.call('GET', '/profile', { headers })).status, 403);
  });

  it('ASVS 3.3.4: is the only place where the token stands', async () => {
    await using app = await startTestApp();
    await join(app);
    const login = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    const { session = '', body, headers } = login;
    const { 'set-cookie': cookie, ...others } = headers;
    assert.ok(String(cookie).includes(session));
    assert.ok(![body, JSON.stringify(others)].some((text) => text.includes(session)));
    for (const [method, path] of [
      ['GET', '/profile'],
      ['GET', '/sessions'],
      ['GET', '/users'],
      ['DELETE', '/sessions'],
    ] as const) {
      const answer = await app.call(method, path, { session });
      assert.ok(!`${answer.body}${JSON.stringify(answer.headers)}`.includes(session), `${method} ${path}`);
    }
  });

  it('ASVS 3.3.5: is far below the 4,096 bytes that browsers keep', async () => {
    await using app = await startTestApp(PRODUCTION);
    await join(app);
    const login = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    assert.ok(Buffer.byteLength(cookieIn(login).line) < 256);
  });

  it('has the maximum lifetime of a session', async () => {
    await using app = await startTestApp({ SESSION_TTL: '2h' });
    await join(app);
    const login = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    assert.ok(cookieIn(login).attributes.includes('max-age=7200'));
  });

  it('ASVS 14.3.1: is cleared at logout, with all that the browser kept of us', async () => {
    for (const settings of [{}, PRODUCTION]) {
      await using app = await startTestApp(settings);
      const { session } = await join(app);
      const out = await app.call('DELETE', '/sessions', { session });
      assert.deepEqual([out.status, out.headers.location], [302, '/']);
      // Every fetch client repeats the DELETE there (RFC 9110 15.4.3 lets it change POST alone).
      const { status, body } = await app.call('DELETE', '/', { headers: { 'sec-fetch-site': 'same-origin' } });
      assert.deepEqual([status, body], [200, '{"message":"Bienvenue"}']);
      assert.equal(out.headers['clear-site-data'], '"cache", "storage"');
      const { name, value, attributes } = cookieIn(out);
      assert.deepEqual([name, value], [app.cookieName, '']);
      const secure = app.config.mode === 'production' ? ['secure'] : [];
      assert.deepEqual(attributes, [
        'expires=thu, 01 jan 1970 00:00:00 gmt',
        'httponly',
        'max-age=0',
        'path=/',
        'samesite=lax',
        ...secure,
      ]);
    }
  });

  it('is not set by a refused log-in, nor by a bearer token', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    const wrong = await app.call('POST', '/sessions', {
      json: { email: 'ada@example.com', password: 'wrong pass phrase' },
    });
    const bearer = await app.call('GET', '/profile', { bearer: session });
    assert.deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined]);
    assert.deepEqual([bearer.status, bearer.headers['set-cookie']], [200, undefined]);
  });

  it('ASVS 7.6.2: is set by a log-in and by nothing else', async () => {
    await using app = await startTestApp();
    const json = { email: 'eve@example.com', password: PASSWORD, age: 20 };
    const answers = [
      await app.call('POST', '/register', { json }),
      await app.call('POST', '/users', { form: { email: 'bob@example.com', password: PASSWORD } }),
    ];
    const asked = await app.call('POST', '/reset_password', { json: { email: json.email } });
    const reset = { email: json.email, reset_token: asked.json().reset_token, new_password: 'a harmless new phrase' };
    answers.push(asked, await app.call('PUT', '/reset_password', { json: reset }));
    for (const answer of answers) {
      assert.ok(answer.status < 300, answer.body);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.equal(app.rows().sessions, 0);
  });
});
