import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { anId } from '../builders/ids.ts';
import { joinAs } from '../pages/browser.ts';
import { PASSWORD } from './people.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const ADA = { email: 'ada@example.com', password: 'correct horse battery', age: 36, name: 'Ada' };
const BASE = '/tools/guild';
const UNDER_PATH = { PUBLIC_URL: `https://example.com${BASE}/`, ADMIN_API_KEY: ADMIN_KEY };

describe('the path of PUBLIC_URL', () => {
  it('precedes Location, also where a request is repeated, and Link', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const registered = await app.call('POST', '/register', { json: ADA });
    assert.equal(registered.headers.location, `${BASE}/users/${registered.json().id}`);
    const create = { json: { email: 'bob@example.com' }, bearer: ADMIN_KEY, headers: { 'idempotency-key': 'bob' } };
    const answers = [await app.call('POST', '/users', create), await app.call('POST', '/users', create)];
    const expected = `${BASE}/users/${answers[0]?.json().id}`;
    assert.deepEqual(
      answers.map(({ headers }) => headers.location),
      [expected, expected],
    );
    const list = await app.call('GET', '/users?limit=1', { bearer: ADMIN_KEY });
    const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(String(list.headers.link)) ?? [];
    assert.ok(next.startsWith(`${BASE}/users?limit=1&cursor=`), next);
    const following = await app.call('GET', next.slice(BASE.length), { bearer: ADMIN_KEY });
    assert.equal(following.json().length, 1);
  });

  it('precedes / after a log-out', async () => {
    await using app = await startTestApp(UNDER_PATH);
    await app.call('POST', '/register', { json: ADA });
    const { session } = await app.call('POST', '/sessions', { json: { email: ADA.email, password: ADA.password } });
    const out = await app.call('DELETE', '/sessions', { session });
    assert.deepEqual([out.status, out.headers.location], [302, `${BASE}/`]);
    assert.match(String(out.headers['set-cookie']), /Path=\/;/);
  });

  it('precedes the links of the pages and what a browser at / is sent to', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const navigation = { headers: { 'sec-fetch-mode': 'navigate', accept: 'text/html' } };
    assert.equal((await app.call('GET', '/', navigation)).headers.location, `${BASE}/login`);
    const answer = await app.app.inject({ method: 'GET', url: '/console', headers: navigation.headers });
    assert.equal(answer.headers.location, `${BASE}/login?next=%2Fconsole`);
    const { body } = await app.app.inject({ method: 'GET', url: '/login', headers: navigation.headers });
    const paths = [...body.matchAll(/ (?:href|src|action)="(\/[^"]*)"/g)].map(([, path]) => String(path));
    assert.notEqual(paths.length, 0);
    for (const path of paths) assert.ok(path.startsWith(`${BASE}/`), path);
  });

  it('is not doubled where a form leads to the log-in: a browser names its page with the base path', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const headers = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };
    const send = async (referer: string) => {
      const form = { method: 'POST', url: '/account/sessions/others/end', headers: { ...headers, referer } } as const;
      const { statusCode, headers: answered } = await app.app.inject(form);
      return [statusCode, answered.location];
    };
    const login = `${BASE}/login?next=%2Faccount%2Fsessions%3Fcursor%3Da&done=session-over`;
    assert.deepEqual(await send(`https://example.com${BASE}/account/sessions?cursor=a`), [303, login]);
    assert.deepEqual(await send('https://example.com/account/sessions?cursor=a'), [303, login]);
  });

  it('precedes the form of a step-up, which is sent to the form that asked for it', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const { session } = await joinAs(app, 'ada@example.com', 'admin');
    app.clock.advance(11 * 60_000);
    const headers = { cookie: `${app.cookieName}=${session}`, 'sec-fetch-site': 'same-origin' };
    const page = await app.app.inject({ method: 'GET', url: '/console/tokens', headers });
    const [, token = ''] = /name="form_token" value="([^"]+)"/.exec(page.body) ?? [];
    const send = (entries: Readonly<Record<string, string>>) =>
      app.app.inject({
        method: 'POST',
        url: '/console/tokens',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ form_token: token, ...entries }).toString(),
      });
    const asked = await send({ name: 'shop' });
    assert.match(asked.body, new RegExp(`<form [^>]*action="${BASE}/console/tokens"`));
    const [, kept = ''] = /name="form_entries" value="([^"]+)"/.exec(asked.body) ?? [];
    const again = await send({ form_entries: kept, password: PASSWORD });
    assert.match(again.body, new RegExp(`<form [^>]*action="${BASE}/console/tokens"`));
    assert.match(again.body, /name="name"[^>]* value="shop"/);
  });

  it('is the server of the OpenAPI document, and precedes what its pages load', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const document = (await app.app.inject({ method: 'GET', url: '/docs/json' })).json();
    assert.deepEqual(
      document.servers.map(({ url }: { url: string }) => url),
      [BASE],
    );
    for (const page of ['/docs', '/redoc']) {
      const { body } = await app.app.inject({ method: 'GET', url: page });
      const paths = [...body.matchAll(/(?:href|src|spec-url)="([^"]*)"/g)].map(([, path]) => String(path));
      assert.ok(paths.length >= 3, page);
      for (const path of paths) {
        assert.ok(path.startsWith(`${BASE}/`), `${page}: ${path}`);
        const url = path.slice(BASE.length);
        assert.equal((await app.app.inject({ method: 'GET', url })).statusCode, 200, path);
      }
    }
  });

  it('is nothing where the address has none; a Host changes no link', async () => {
    await using app = await startTestApp({ PUBLIC_URL: 'https://guild.example', ADMIN_API_KEY: ADMIN_KEY });
    const created = await app.call('POST', '/users', {
      json: { email: 'bob@example.com' },
      bearer: ADMIN_KEY,
      headers: { host: 'evil.example' },
    });
    assert.equal(created.headers.location, `/users/${created.json().id}`);
    assert.doesNotMatch(JSON.stringify(created.headers), /evil/);
    assert.equal((await app.call('GET', `/users/${anId(9)}`, { bearer: ADMIN_KEY })).headers.location, undefined);
    const document = (await app.app.inject({ method: 'GET', url: '/docs/json' })).json();
    assert.equal(document.servers[0].url, '/');
  });

  it('is removed by a proxy, behind which a browser finds everything', async () => {
    await using app = await startTestApp(UNDER_PATH);
    const port = await app.listen();
    const throughProxy = (path: string) => {
      assert.ok(path.startsWith(`${BASE}/`), path);
      return new Promise<{ status: number | undefined; location: string | undefined }>((resolve, reject) => {
        const sent = request({
          port,
          path: path.slice(BASE.length),
          headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' },
        });
        sent.on('response', (response) => {
          response.resume();
          resolve({ status: response.statusCode, location: response.headers.location });
        });
        sent.on('error', reject).end();
      });
    };
    const first = await throughProxy(`${BASE}/`);
    assert.equal(first.status, 303);
    assert.equal((await throughProxy(String(first.location))).status, 200);
  });
});
