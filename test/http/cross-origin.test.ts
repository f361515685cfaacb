import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { operationsOf, pathOf } from './operations.ts';
import { join, type Person, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Answer, startTestApp, type TestApp } from './test-app.ts';

/** Headers that browsers send with a request of another site's page. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'CROSS-SITE' },
  { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:80' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: '' },
  { origin: 'https://localhost.evil.example' },
  { origin: 'http://evil.example#localhost:80' },
  { origin: 'http://localhost:81' },
  { origin: 'http://localhost:80, http://evil.example' },
  { origin: 'ws://localhost:80' },
  { origin: 'https://localhost:80@evil.example' },
  { 'sec-fetch-site': 'Same-Origin' },
  { 'sec-fetch-site': 'same-origin, cross-site' },
];

const OWN: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://localhost:80', host: 'localhost' },
  { origin: 'http://localhost:8000', host: 'localhost:8000' },
  { origin: 'https://guildhall.example', host: 'guildhall.example' },
  { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8000', host: 'localhost:8000' },
  // A page with `Referrer-Policy: no-referrer` (better-auth#10944), and a proxy that rewrites Host.
  { 'sec-fetch-site': 'same-origin', origin: 'null' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://guildhall.example', host: 'guildhall.internal:8000' },
  // Equal hosts in different spelling (pegaprox#626).
  { origin: 'https://localhost', host: 'localhost:443' },
  { origin: 'http://localhost:8000', host: 'LOCALHOST:8000' },
  { origin: 'http://localhost', host: 'localhost.:80' },
  { origin: 'http://[::1]:8000', host: '[0:0:0:0:0:0:0:1]:8000' },
  { origin: 'http://127.0.0.1:8000', host: '[::ffff:127.0.0.1]:8000' },
  // A proxy with a password of its own.
  { 'sec-fetch-site': 'same-origin', authorization: 'Basic dTpw' },
  { authorization: 'Basic dTpw' },
];

describe('a request that a page of another site sends', () => {
  let app: TestApp;
  let ada: Person;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    ada = await join(app);
  });
  after(() => app[Symbol.asyncDispose]());

  it('ASVS 3.5.1: is refused with the session cookie, on every route that changes something', async () => {
    const changing = operationsOf(app).filter(({ method }) => method !== 'GET');
    assert.ok(changing.length >= 8);
    const rows = app.rows();
    for (const operation of changing) {
      for (const headers of FOREIGN) {
        const before = app.securityLog.events.length;
        const json = Object.keys(operation.bodies).length > 0 ? {} : undefined;
        const answer = await app.call(operation.method, pathOf(operation), { session: ada.session, headers, json });
        mustBeProblem(answer, 403, 'request.cross-origin');
        assert.deepEqual(
          app.securityLog.events.slice(before).map(({ event }) => event),
          ['malicious_csrf'],
        );
      }
    }
    assert.deepEqual(app.rows(), rows);
    assert.equal(await profileStatus(app, ada.session), 200);
  });

  it('ASVS 3.5.1: is rejected without a cookie too, where a plain form could send it', async () => {
    const form = { email: 'e@example.com', password: ada.password };
    for (const headers of FOREIGN) {
      // A browser adds Basic credentials by itself.
      for (const added of [{}, { authorization: 'Basic dTpw' }]) {
        const sent = { ...headers, ...added };
        const login = await app.call('POST', '/sessions', { headers: sent, form: { ...form, email: ada.email } });
        mustBeProblem(login, 403, 'request.cross-origin');
        assert.equal(login.session, undefined);
        mustBeProblem(await app.call('POST', '/users', { headers: sent, form }), 403, 'request.cross-origin');
        const plain = { ...sent, 'content-type': 'Text/Plain; charset=utf-8' };
        const text = await app.call('POST', '/register', { headers: plain, payload: '{}' });
        mustBeProblem(text, 403, 'request.cross-origin');
      }
    }
  });

  it('is judged by its own credentials where it has no cookie and no form could send it', async () => {
    for (const headers of FOREIGN) {
      const json = { license_key: '00000-00000-00000-00000-00000-00000' };
      const validation = await app.call('POST', '/licenses/validate', { headers, json });
      assert.equal(validation.status, 200, JSON.stringify(headers));
      mustBeProblem(await app.call('DELETE', `/users/${ada.id}`, { headers }), 401, 'access.unauthenticated');
    }
  });

  it('is served when all it shows is a bearer token: no browser adds one by itself', async () => {
    for (const headers of FOREIGN) {
      const path = `/users/${ada.id}`;
      const answer = await app.call('PATCH', path, { bearer: ada.session, headers, json: { name: 'Ada L.' } });
      assert.equal(answer.status, 200, JSON.stringify(headers));
    }
  });

  it('may read nothing that scripts could not read anyway, and changes nothing by reading', async () => {
    for (const headers of FOREIGN) {
      const answer = await app.call('GET', '/profile', { session: ada.session, headers });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['cross-origin-resource-policy'], 'same-origin');
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
  });

  it('is rejected where reading costs something: GET /connected/realtime', async () => {
    const path = '/connected/realtime/dev1/dev1';
    for (const headers of FOREIGN) {
      mustBeProblem(await app.call('GET', path, { headers }), 403, 'request.cross-origin');
    }
    for (const headers of OWN) mustBeProblem(await app.call('GET', path, { headers }), 422, 'pair.same-developer');
    assert.equal((await app.call('GET', '/connected/register/dev1/dev2', { headers: { ...FOREIGN[0] } })).status, 200);
  });

  it('ASVS 3.4.2: gets no leave by asking beforehand', async () => {
    for (const origin of ['null', 'https://evil.example', 'https://good.evil.example', 'http://localhost:80']) {
      const headers = {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      };
      const answer = await app.call('OPTIONS', '/register', { headers });
      mustBeProblem(answer, 405, 'request.method-not-allowed');
      assert.deepEqual(
        Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
        [],
      );
    }
  });
});

describe('a request of our own pages, or of a program', () => {
  it('is served with the session cookie', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const ada = await join(app);
    for (const headers of OWN) {
      const path = `/users/${ada.id}`;
      const answer = await app.call('PATCH', path, { session: ada.session, headers, json: { name: 'Ada L.' } });
      assert.equal(answer.status, 200, JSON.stringify(headers));
    }
  });
});

describe('behind a trusted proxy that reports https', () => {
  it('a page that came over plain http is another origin', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, TRUSTED_PROXIES: '127.0.0.0/8' });
    const ada = await join(app);
    const patch = async (origin: string, proto: string) => {
      const headers = { origin, host: 'guildhall.example', 'x-forwarded-proto': proto };
      return (await app.call('PATCH', `/users/${ada.id}`, { session: ada.session, headers, json: { name: 'A' } }))
        .status;
    };
    assert.equal(await patch('https://guildhall.example', 'https'), 200);
    assert.equal(await patch('http://guildhall.example', 'https'), 403);
    assert.equal(await patch('http://guildhall.example', 'http'), 200);
  });
});

describe('CORS_ORIGINS', () => {
  const APP = 'https://app.example';
  const PREFLIGHT = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
  const corsOf = ({ headers }: Answer) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control-.*|vary)$/.test(name)));
  const EXPOSED = 'ETag, Idempotency-Replayed, Link, Location, Retry-After, X-Request-Id';
  const preflight = (app: TestApp, path: string, headers: Record<string, string>) =>
    app.app.inject({ method: 'OPTIONS', url: path, headers: { ...PREFLIGHT, ...headers } });

  it('ASVS 3.4.2: opens preflight and headers for the listed origins, and never credentials', async () => {
    await using app = await startTestApp({ CORS_ORIGINS: `${APP}, https://other.example:8443, app://desktop` });
    const json = { license_key: '00000-00000-00000-00000-00000-00000' };
    for (const origin of [APP, 'https://other.example:8443', 'app://desktop']) {
      const asked = await preflight(app, '/licenses/validate', { origin });
      assert.equal(asked.statusCode, 204);
      assert.deepEqual(corsOf({ ...asked, headers: asked.headers } as unknown as Answer), {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id',
        'access-control-max-age': '7200',
        vary: 'Origin',
      });
      const headers = { origin, 'sec-fetch-site': 'cross-site' };
      const answer = await app.call('POST', '/licenses/validate', { json, headers });
      assert.equal(answer.status, 200);
      assert.deepEqual(corsOf(answer), {
        'access-control-allow-origin': origin,
        'access-control-expose-headers': EXPOSED,
        vary: 'Origin',
      });
      const missing = await app.call('GET', '/nope', { headers });
      assert.deepEqual([missing.status, missing.headers['access-control-allow-origin']], [404, origin]);
      const pair = await app.call('GET', '/connected/realtime/dev1/dev1', { headers });
      mustBeProblem(pair, 422, 'pair.same-developer');
    }
  });

  it('keeps the cookie and plain forms to our own origin', async () => {
    await using app = await startTestApp({ CORS_ORIGINS: `${APP}` });
    const ada = await join(app);
    const headers = { origin: APP, 'sec-fetch-site': 'cross-site' };
    const json = { name: 'Ada L.' };
    const patch = await app.call('PATCH', `/users/${ada.id}`, { session: ada.session, headers, json });
    mustBeProblem(patch, 403, 'request.cross-origin');
    const form = { email: ada.email, password: ada.password };
    mustBeProblem(await app.call('POST', '/sessions', { form, headers }), 403, 'request.cross-origin');
  });

  it('opens nothing for other origins, for logging out, for pages and for unknown paths', async () => {
    await using app = await startTestApp({ CORS_ORIGINS: APP });
    for (const origin of ['https://evil.example', 'null', `${APP}:444`, `${APP}.evil.example`, 'http://app.example']) {
      assert.equal((await preflight(app, '/licenses/validate', { origin })).statusCode, 405, origin);
      const answer = await app.call('GET', '/_health', { headers: { origin } });
      assert.deepEqual(corsOf(answer), { vary: 'Origin' });
    }
    const own = await preflight(app, '/sessions', { origin: APP });
    assert.equal(own.headers['access-control-allow-methods'], 'GET, HEAD, POST');
    for (const path of ['/docs', '/docs/json', '/redoc']) {
      assert.equal(
        (await app.app.inject({ url: path, headers: { origin: APP } })).headers['access-control-allow-origin'],
        undefined,
      );
      assert.equal((await preflight(app, path, { origin: APP })).statusCode, 405, path);
    }
    assert.equal((await preflight(app, '/nope', { origin: APP })).statusCode, 404);
    const logOut = await app.call('DELETE', '/sessions', { headers: { origin: APP } });
    assert.equal(logOut.headers['access-control-allow-origin'], undefined);
  });

  it('opens them for every origin with *, also for pages without one', async () => {
    await using app = await startTestApp({ CORS_ORIGINS: '*' });
    for (const origin of [APP, 'null']) {
      const asked = await preflight(app, '/licenses/validate', { origin });
      assert.deepEqual([asked.statusCode, asked.headers['access-control-allow-origin']], [204, '*']);
      const answer = await app.call('GET', '/_health', { headers: { origin, 'sec-fetch-site': 'cross-site' } });
      assert.deepEqual(corsOf(answer), {
        'access-control-allow-origin': '*',
        'access-control-expose-headers': EXPOSED,
      });
    }
  });
});

describe('a request that only reads', () => {
  it('ASVS 3.5.3: changes nothing in the store, whatever it reads', async () => {
    await using app = await startTestApp();
    const ada = await join(app);
    const before = app.rows();
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      for (const operation of operationsOf(app)) {
        await app.call(method, pathOf(operation, ada.id), { session: ada.session });
      }
    }
    const { unsealed_audit_entries: entries = 0, ...rest } = before;
    assert.deepEqual(
      app.rows(),
      { ...rest, unsealed_audit_entries: entries + 4 },
      'but for an entry on each of the two exports, GET and HEAD',
    );
    for (const action of ['audit.exported', 'user.exported']) {
      const exported = await app.call('GET', `/audit?action=${action}`, { session: ada.session });
      assert.equal(exported.json().length, 2, action);
    }
    assert.equal(await profileStatus(app, ada.session), 200);
  });
});
