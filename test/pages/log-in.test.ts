import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { join, PASSWORD } from '../http/people.ts';
import { mustBeProblem } from '../http/problems.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, isOnPage, joinAs, TestBrowser } from './browser.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types console";

describe('The log-in page', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    await joinAs(app, 'ada@example.com');
    await joinAs(app, 'ines@example.com', 'admin');
  });
  after(() => app[Symbol.asyncDispose]());

  it('has the headers of a page', async () => {
    const { status, headers } = await new TestBrowser(app).open('/login');
    assert.equal(status, 200);
    assert.equal(headers['content-security-policy'], POLICY);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['referrer-policy'], 'same-origin');
    assert.match(String(headers['set-cookie']), /^form=[\w-]{43}; Max-Age=86400; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('loads three files, which never change, and 40 KB at most', async () => {
    const browser = new TestBrowser(app);
    const page = await browser.open('/login');
    const files = [...page.all('link'), ...page.all('script')]
      .map((element) => attributeOf(element, 'href') ?? attributeOf(element, 'src') ?? '')
      .filter((address) => !isOnPage(address));
    assert.equal(files.length, 3, 'styles, icon, script');
    let bytes = gzipSync(page.body).length;
    for (const file of files) {
      assert.match(file, /^\/assets\/[a-z]+-[A-Za-z0-9]{12}\.(?:css|js|svg)$/);
      const asset = await app.call('GET', file);
      assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
      bytes += gzipSync(asset.body).length;
      assert.match(String(asset.headers['content-security-policy']), /sandbox/);
      const headers = { 'if-none-match': String(asset.headers.etag) };
      assert.equal((await app.call('GET', file, { headers })).status, 304);
    }
    assert.ok(bytes <= 40_960, `${bytes} bytes`);
    mustBeProblem(await app.call('GET', '/assets/pages-000000000000.css'), 404, 'request.not-found');
  });

  it('ASVS 6.2.6 and 6.2.7: hides the password, and lets it be pasted and filled in', async () => {
    const { body } = await new TestBrowser(app).open('/login');
    const [field = ''] = body.match(/<input[^>]*name="password"[^>]*>/) ?? [];
    assert.match(field, / type="password"/);
    assert.match(field, / autocomplete="current-password"/);
    assert.doesNotMatch(field, / (readonly|onpaste)/);
    const scripts = [...body.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path = '']) => path);
    assert.ok(scripts.length > 0);
    for (const path of scripts) assert.doesNotMatch((await app.call('GET', path)).body, /paste/);
  });

  it('ASVS 7.4.4: logs a person in and sends them to their account, and staff to the console, which log out', async () => {
    for (const [email, place] of [
      ['ada@example.com', '/account'],
      ['ines@example.com', '/console'],
    ] as const) {
      const browser = new TestBrowser(app);
      const answer = await browser.submit(await browser.open('/login'), '/login', { email, password: PASSWORD });
      assert.deepEqual([answer.status, answer.location], [303, place]);
      const page = await browser.open(place);
      assert.equal(page.status, 200);
      assert.equal((await browser.open('/login')).location, place);
      assert.equal((await browser.open('/')).location, place);
      const out = await browser.submit(page, '/account/log-out');
      assert.deepEqual([out.status, out.location], [303, '/login?done=logged-out']);
      assert.equal(browser.cookie('session_id'), undefined);
      assert.equal((await browser.open(place)).location, `/login?next=${encodeURIComponent(place)}`);
    }
  });

  it('returns to the page that was asked for, and to none of another host', async () => {
    const log = async (next: string) => {
      const browser = new TestBrowser(app);
      const page = await browser.open(`/login?next=${encodeURIComponent(next)}`);
      return (await browser.submit(page, '/login', { email: 'ada@example.com', password: PASSWORD })).location;
    };
    assert.equal(await log('/console/accounts?q=a%40b.example'), '/console/accounts?q=a%40b.example');
    const browser = new TestBrowser(app, (await joinAs(app, 'bob@example.com')).session);
    for (const next of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/\t/evil.example',
      '/.//evil.example',
      '/x/..//evil.example',
      '/%2e//evil.example',
      '/./\\evil.example',
      'account',
      '/a b',
    ]) {
      assert.equal(await log(next), '/account', next);
      const opened = await browser.open(`/login?next=${encodeURIComponent(next)}`);
      assert.equal(opened.location, '/account', next);
    }
  });

  it('takes a password of spaces', async () => {
    const password = ' '.repeat(12);
    await join(app, 'spaces@example.com', password);
    const browser = new TestBrowser(app);
    const page = await browser.open('/login');
    const blank = await browser.submit(page, '/login', { email: 'spaces@example.com', password: '' });
    assert.deepEqual([blank.status, blank.errorOf('password')], [400, 'Password is required.']);
    const entered = await browser.submit(page, '/login', { email: 'spaces@example.com', password });
    assert.equal(entered.location, '/account');
  });

  it('keeps the address after a wrong password, and not the password', async () => {
    const browser = new TestBrowser(app);
    const page = await browser.submit(await browser.open('/login?next=%2Faccount'), '/login', {
      email: 'ada@example.com',
      password: 'a wrong one',
    });
    assert.equal(page.status, 401);
    assert.match(page.text('p', ['role', 'alert']) ?? '', /is wrong/);
    assert.equal(page.form('/login').email, 'ada@example.com');
    assert.equal(page.form('/login').next, '/account');
    assert.doesNotMatch(page.body, /a wrong one/);
    const blank = await browser.submit(page, '/login', { email: '' });
    assert.deepEqual([blank.status, blank.errorOf('email')], [400, 'Email is required.']);
  });

  it('shows that a form was not sent, where the session has ended', async () => {
    const browser = new TestBrowser(app, (await joinAs(app, 'late@example.com')).session);
    const page = await browser.open('/account');
    await browser.submit(page, '/account/log-out');
    const late = await browser.submit(page, '/account/name', { name: 'Late' });
    assert.deepEqual([late.status, late.location], [303, '/login?next=%2Faccount&done=session-over']);
    const login = await browser.open(late.location ?? '');
    assert.match(login.text('p', ['role', 'status']) ?? '', /the form was not sent/);
    const answer = await browser.submit(login, '/login', { email: 'late@example.com', password: PASSWORD });
    assert.equal(answer.location, '/account');
  });

  it('counts the wait after too many attempts in minutes', async () => {
    await using strict = await startTestApp();
    const browser = new TestBrowser(strict);
    let page = await browser.open('/login');
    const entries = { email: 'ada@example.com', password: 'a wrong one' };
    while (page.status !== 429) page = await browser.submit(page, '/login', entries);
    assert.equal(page.text('p', ['role', 'alert']), 'Too many attempts. Try again in 15 minutes.');
  });

  it('takes no form of another site, and none without its token', async () => {
    const browser = new TestBrowser(app);
    const page = await browser.open('/login');
    const entries = { email: 'ada@example.com', password: PASSWORD };
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'none' }]) {
      const answer = await browser.submit(page, '/login', entries, headers);
      assert.deepEqual([answer.status, answer.text('h1')], [403, 'Not sent from here']);
    }
    const foreign = await browser.submit(page, '/login', { ...entries, form_token: 'x'.repeat(43) });
    assert.equal(foreign.status, 403);
    assert.match(foreign.text('p', ['role', 'alert']) ?? '', /has expired/);
    assert.equal((await browser.submit(foreign, '/login', entries)).status, 303);
    const other = await new TestBrowser(app).submit(page, '/login', entries);
    assert.equal(other.status, 403);
    const plain = { 'content-type': 'application/x-www-form-urlencoded' };
    const bare = await app.app.inject({ method: 'POST', url: '/login', headers: plain, payload: 'email=a' });
    assert.equal(bare.statusCode, 403);
  });

  it('takes a form whose browser sends Origin only', async () => {
    const browser = new TestBrowser(app);
    const page = await browser.open('/login');
    const cookie = `form=${browser.cookie('form')}`;
    const form = { ...page.form('/login'), email: 'ada@example.com', password: PASSWORD };
    const send = (origin: string) =>
      app.call('POST', '/login', { form, headers: { cookie, origin, host: 'localhost' } });
    assert.equal((await send('http://localhost')).status, 303);
    for (const origin of ['http://localhost:81', 'null', 'http://evil.example']) {
      assert.equal((await send(origin)).status, 403, origin);
    }
  });
});

describe('GET /', () => {
  it('is the welcome message for all but a navigation', async () => {
    await using app = await startTestApp();
    const html = { accept: 'text/html', 'sec-fetch-mode': 'navigate' };
    for (const headers of [
      {},
      { accept: 'text/html' },
      { ...html, accept: '*/*' },
      { ...html, 'sec-fetch-mode': 'cors' },
    ]) {
      const answer = await app.call('GET', '/', { headers });
      assert.deepEqual([answer.status, answer.json()], [200, { message: 'Bienvenue' }]);
      assert.equal(answer.headers.vary, 'Accept, Sec-Fetch-Mode, Cookie');
    }
    const answer = await app.call('GET', '/', { headers: html });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login']);
  });
});

describe('With PAGES=off', () => {
  it('there is no page, and GET / is the message', async () => {
    await using app = await startTestApp({ PAGES: 'off' });
    const browser = new TestBrowser(app);
    for (const path of ['/login', '/console', '/account']) {
      mustBeProblem(await app.call('GET', path, { headers: { accept: 'text/html' } }), 404, 'request.not-found');
    }
    const answer = await browser.open('/');
    assert.deepEqual([answer.status, answer.body, answer.headers.vary], [200, '{"message":"Bienvenue"}', undefined]);
  });
});
