import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { operationsOf, pathOf } from './operations.ts';
import { join, type Person, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

/** What browsers send with a request that a page of another site makes. */
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
  { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
];

const OWN: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'sec-fetch-site': 'same-origin' },
  { 'sec-fetch-site': 'none' },
  { origin: 'http://localhost:80', host: 'localhost' },
  { origin: 'http://localhost:8000', host: 'localhost:8000' },
  { origin: 'https://guildhall.example', host: 'guildhall.example' },
  { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8000', host: 'localhost:8000' },
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

  it('ASVS 3.5.1: is refused without a cookie too, where it would log somebody in or fill in a form for them', async () => {
    for (const headers of FOREIGN) {
      const login = await app.call('POST', '/sessions', {
        headers,
        form: { email: ada.email, password: ada.password },
      });
      mustBeProblem(login, 403, 'request.cross-origin');
      assert.equal(login.session, undefined);
      const form = await app.call('POST', '/users', {
        headers,
        form: { email: 'e@example.com', password: ada.password },
      });
      mustBeProblem(form, 403, 'request.cross-origin');
    }
  });

  it('ASVS 3.5.1: is refused with a cookie even when it shows a bearer token besides', async () => {
    const answer = await app.call('DELETE', '/sessions', {
      session: ada.session,
      bearer: 'x',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    mustBeProblem(answer, 403, 'request.cross-origin');
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
    assert.deepEqual(app.rows(), before);
    assert.equal(await profileStatus(app, ada.session), 200);
  });
});
