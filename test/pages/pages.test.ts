import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  activationCursor,
  idCursor,
  licenseCursor,
  machineCursor,
  searchCursor,
} from '../../src/adapters/driving/http/request/cursors.ts';
import { Fingerprint } from '../../src/domain/license/fingerprint.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { logIn, PASSWORD } from '../http/people.ts';
import { exchange } from '../http/raw-http.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, joinAs, PageAnswer, TestBrowser, textOf } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;\${7*7}`;

describe('The pages', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
  });
  after(() => app[Symbol.asyncDispose]());

  it('ask for a log-in and a role in development too, where administration is open', async () => {
    const anonymous = await new TestBrowser(app).open('/console/accounts?q=a');
    assert.deepEqual([anonymous.status, anonymous.location], [303, '/login?next=%2Fconsole%2Faccounts%3Fq%3Da']);
    const person = await joinAs(app, 'person@example.com');
    const refused = await new TestBrowser(app, person.session).open('/console');
    assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
    assert.match(refused.body, /Your account has no access to this\./, 'also right for a person without a role');
  });

  it('show what the role allows', async () => {
    const customer = await joinAs(app, 'customer@example.com');
    const reader = new TestBrowser(app, (await joinAs(app, 'reader@example.com', 'reader')).session);
    const page = await reader.open(`/console/accounts/${customer.id}`);
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.body, /Change name/);
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    const action = `/console/accounts/${customer.id}/name`;
    const form = await support.open(`/console/accounts/${customer.id}`);
    const stolen = { ...form.form(action), form_token: page.form('/account/log-out').form_token ?? '', name: 'X' };
    const refused = await reader.submit(form, action, stolen);
    assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
    const changed = await support.submit(form, action, { name: 'Customer Ltd' });
    assert.equal(changed.location, `/console/accounts/${customer.id}?done=name-changed`);
    const again = await support.submit(form, action, { name: 'Customer Ltd' });
    assert.deepEqual([again.status, again.location], [303, changed.location], 'the same form is one change');
    assert.equal((await support.open(changed.location ?? '')).text('p', ['role', 'status']), 'The name was changed.');
  });

  it('say that a later part of a list has become empty, and not that there is nothing', async () => {
    const admin = await joinAs(app, 'lists@example.com', 'admin');
    const id = (await app.call('POST', `/users/${admin.id}/licenses`, { session: admin.session, json: {} })).json().id;
    const last = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
    const ofId = idCursor.encode(last);
    const ofLicense = licenseCursor.encode({ id: last, expiresAt: null });
    const ofActivation = activationCursor.encode('m');
    const first = idCursor.encode('00000000-0000-7000-8000-000000000000');
    const ofMachine = machineCursor.encode({
      activatedAt: '2000-01-01T00:00:00.000Z' as Instant,
      licenseId: LicenseId.parse(id),
      fingerprint: Fingerprint.parse('m'),
    });
    const browser = new TestBrowser(app, admin.session);
    const lists: readonly (readonly [path: string, cursor: string, name?: string])[] = [
      ['/console/accounts', ofId],
      ['/console/accounts?q=lists', searchCursor.encode({ by: 'email', key: 'lists@zz', id: UserId.parse(last) })],
      ['/console/licenses', ofLicense],
      ['/console/licenses?status=active', ofLicense],
      [`/console/licenses/${id}`, ofActivation],
      ['/console/machines', ofMachine],
      ['/console/machines?q=m', ofMachine],
      ['/console/pairs', first],
      ['/console/pairs/dev1/dev2', first],
      ['/console/audit', first],
      ['/account/licenses', ofLicense],
      [`/account/licenses/${id}`, ofActivation],
      ['/account/sessions', ofId],
      [`/console/accounts/${admin.id}`, ofLicense, 'licenses'],
      [`/console/accounts/${admin.id}`, ofId, 'sessions'],
    ];
    for (const [path, cursor, name = 'cursor'] of lists) {
      const page = await browser.open(`${path}${path.includes('?') ? '&' : '?'}${name}=${cursor}`);
      const main = page.text('main') ?? '';
      assert.equal(page.status, 200, path);
      assert.match(main, /Nothing more here/, path);
      assert.doesNotMatch(
        main,
        /\bNo (?:machine|license|account|pair|entries|entry is like)|never checked|Not logged in anywhere|no licenses/,
        path,
      );
      const back = page.all('a').find((link) => textOf(link) === 'Show the first part');
      assert.equal(back && attributeOf(back, 'href'), path);
      page.assertValid();
    }
  });

  it('show hostile text as text', async () => {
    const admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
    const victim = await joinAs(app, 'victim@example.com');
    const path = `/console/accounts/${victim.id}`;
    await admin.submit(await admin.open(path), `${path}/name`, { name: HOSTILE });
    const search = `/console/accounts?q=${encodeURIComponent(HOSTILE)}`;
    for (const place of [path, '/console/accounts', search, `/console/${encodeURIComponent(HOSTILE)}`]) {
      (await admin.open(place)).assertValid();
    }
    assert.equal((await admin.open(path)).text('h1'), HOSTILE);
    assert.equal((await admin.open(search)).form('/console/accounts').q, HOSTILE);
    const rejected = await admin.submit(await admin.open(path), `${path}/name`, { name: HOSTILE.repeat(9) });
    assert.equal(rejected.status, 422);
    rejected.assertValid();
    assert.equal(rejected.form(`${path}/name`).name, HOSTILE.repeat(9));
    assert.match(rejected.errorOf('rename-name') ?? '', /^Name must /);
  });

  it('answer what is not there, and a wrong method, with a page', async () => {
    const person = new TestBrowser(app, (await joinAs(app, 'lost@example.com')).session);
    for (const path of ['/console/nothing', '/account/nothing', '/login/nothing']) {
      const page = await person.open(path);
      assert.equal(page.status, 404, path);
      assert.equal(page.text('h1'), 'Page not found', path);
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    }
    for (const path of ['/console', '/account/log-out']) {
      const page = new PageAnswer(await app.call('DELETE', path, { headers: { accept: 'text/html' } }));
      assert.deepEqual([page.status, page.text('h1')], [405, 'Page not found'], path);
    }
    const admin = new TestBrowser(app, (await joinAs(app, 'lost-admin@example.com', 'admin')).session);
    for (const id of ['x', '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10', '%00', '..%2f..']) {
      const { status } = await admin.open(`/console/accounts/${id}`);
      assert.ok([404, 400].includes(status), `${id} ${status}`);
    }
    assert.equal((await admin.open('/console/accounts?cursor=x')).status, 400);
    assert.equal((await admin.open('/console/accounts?q=a&q=b')).status, 400);
    const twice = await admin.open('/console/nothing?done=a&done=b');
    assert.deepEqual([twice.status, twice.text('h1')], [404, 'Page not found']);
    assert.equal((await admin.open('/console?done=a&done=b')).status, 200);
  });

  it('answer with a page what fails before a route is found or a form is read', async () => {
    const id = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';
    const admin = new TestBrowser(app, (await joinAs(app, 'breaker@example.com', 'admin')).session);
    const large = { 'content-type': 'application/x-www-form-urlencoded', payload: `name=${'a'.repeat(70_000)}` };
    const text = { 'content-type': 'text/plain', payload: 'name=a' };
    const cases: readonly (readonly [string, string, number, { 'content-type': string; payload: string }?])[] = [
      ['GET', '/console/%ff', 400],
      ['GET', '/account/licenses/%', 400],
      ['GET', '/login/%c0%80?next=/console', 400],
      ['POST', '/console/accounts/%ff/name', 400],
      ['GET', `/console/accounts/${'a'.repeat(601)}`, 400],
      ['GET', `/console/pairs/a/${'a'.repeat(5_000)}`, 400],
      ['POST', `/account/licenses/${'a'.repeat(601)}/key`, 400],
      ['GET', `/console/${'a'.repeat(5_000)}`, 404],
      ['GET', '/console?q=%ff', 400],
      ['GET', '/account/nothing?q=%ff', 400],
      ['PROPFIND', '/console', 405],
      ['DELETE', `/console/accounts/${'a'.repeat(601)}`, 404],
      ['POST', `/console/accounts/${id}/name`, 415, text],
      ['POST', '/login', 415, text],
      ['POST', `/console/accounts/${id}/name`, 413, large],
      ['POST', '/login', 413, large],
      ['POST', '/login', 400, { ...large, payload: 'email=%ff' }],
      ['POST', '/login', 400, { ...large, payload: 'email=a&email=b' }],
    ];
    for (const [method, path, status, body] of cases) {
      const { payload = '', ...type } = body ?? {};
      const headers = { accept: 'text/html', 'sec-fetch-site': 'same-origin', 'x-request-id': 'walk-1', ...type };
      const of = { headers: { ...headers, cookie: `${app.cookieName}=${admin.cookie(app.cookieName)}` }, payload };
      const page = new PageAnswer(await app.call(method, path, of));
      const what = `${method} ${path.slice(0, 60)} ${page.body.slice(0, 300)}`;
      assert.equal(page.status, status, what);
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8', what);
      assert.equal(page.headers['x-request-id'], 'walk-1');
      assert.match(String(page.headers['content-security-policy']), /trusted-types console/);
      assert.match(String(page.headers['x-content-type-options']), /nosniff/);
      page.assertValid();
    }
    const odd = new PageAnswer(await app.call('GET', '/console/%ff', { headers: { accept: 'text/html' } }));
    assert.deepEqual(
      [odd.text('h1'), odd.text('code')],
      ['Page not found', odd.headers['x-request-id']],
      'with the number to name, and without a session',
    );
    for (const [path, accept] of [
      ['/console/%ff', '*/*'],
      ['/users/%ff', 'text/html'],
      ['/consoles/%ff', 'text/html'],
    ] as const) {
      const answer = await app.call('GET', path, { headers: { accept } });
      assert.deepEqual([answer.status, answer.json().code], [400, 'request.invalid'], path);
    }
  });

  it('answer with a page what never becomes a request', async () => {
    const port = await app.listen();
    const host = 'Host: localhost\r\n';
    const late = `${host}Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`;
    const cookie = `Cookie: a=${'a'.repeat(17_000)}\r\n`;
    const cases = [
      [`GET /console/licenses?q=a HTTP/1.1\r\n${host}${cookie}\r\n`, 431, 'Request too large'],
      [`GET //account HTTP/1.1\r\n${host}${cookie}\r\n`, 431, 'Request too large'],
      [`GET /login?next=${'a'.repeat(17_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'Request too large'],
      [`GET /login HTTP/1.1\r\n${host}Bad Name: 1\r\n\r\n`, 400, 'Not understood'],
      [`POST /login HTTP/1.1\r\n${host}Content-Length: x\r\n\r\n`, 400, 'Not understood'],
      [`POST /login HTTP/1.1\r\n${late}`, 400, 'Not understood'],
      [`GET /console HTTP/1.1\r\n${host}Expect: wonders\r\nConnection: close\r\n\r\n`, 400, 'Not understood'],
    ] as const;
    for (const [bytes, status, title] of cases) {
      const [answer, ...others] = await exchange(port, bytes);
      const what = `${bytes.slice(0, 60)} ${answer?.body.slice(0, 300)}`;
      assert.ok(answer !== undefined && others.length === 0, what);
      const page = new PageAnswer({ ...answer, headers: Object.fromEntries(answer.headers) } as never);
      assert.equal(page.status, status, what);
      assert.equal(page.headers['content-type'], 'text/html; charset=utf-8', what);
      assert.match(String(page.headers['content-security-policy']), /trusted-types console/);
      assert.match(String(page.headers['x-content-type-options']), /nosniff/);
      assert.deepEqual([page.headers['cache-control'], page.headers.connection], ['no-store', 'close']);
      assert.deepEqual([page.text('h1'), page.text('code')], [title, page.headers['x-request-id']], what);
      page.assertValid();
    }
    for (const bytes of [
      `GET /users HTTP/1.1\r\n${host}Accept: text/html\r\n${cookie}\r\n`,
      `GET /consoles HTTP/1.1\r\n${host}${cookie}\r\n`,
      `GARBAGE /login\r\n\r\n`,
      `CONNECT /console HTTP/1.1\r\n${host}\r\n`,
    ]) {
      const [answer] = await exchange(port, bytes);
      assert.match(JSON.parse(answer?.body ?? '').code, /^request\./, bytes.slice(0, 60));
    }
  });

  it('answer with a page a form that does not come', async () => {
    const limits = { headersTimeoutMs: 500, requestTimeoutMs: 1_000, connectionsCheckingIntervalMs: 50 };
    await using limited = await startTestApp({}, undefined, { limits });
    const form = 'Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nem';
    const [answer] = await exchange(await limited.listen(), `POST /login HTTP/1.1\r\n${form}`);
    assert.equal(answer?.status, 408);
    assert.match(answer.body, /<h1>Too slow<\/h1>/);
  });

  it('lead from the address of a form to the page that the form is on', async () => {
    const id = '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10';
    const admin = new TestBrowser(app, (await joinAs(app, 'reloader@example.com', 'admin')).session);
    for (const [path, place] of [
      ['/account/password?x=1', '/account'],
      ['/account/log-out', '/account'],
      ['/account/mfa/confirm', '/account/mfa'],
      [`/account/sessions/${id}/end`, '/account/sessions'],
      [`/account/licenses/${id}/machines/free`, `/account/licenses/${id}`],
      [`/console/licenses/${id}/key`, `/console/licenses/${id}`],
      [`/console/staff/${id}/role`, `/console/staff/${id}`],
      ['/console/audit/export', '/console/audit'],
    ] as const) {
      const { status, location } = await admin.open(path);
      assert.deepEqual([status, location], [303, place], path);
    }
  });

  it('change a password, with each error beside its field', async () => {
    const ada = new TestBrowser(app, (await joinAs(app, 'ada@example.com')).session);
    const page = await ada.open('/account');
    const wrong = await ada.submit(page, '/account/password', {
      current_password: 'wrong',
      password: 'ten unrelated words',
    });
    assert.deepEqual([wrong.status, wrong.errorOf('password-current_password')], [403, 'Current password is wrong.']);
    const weak = await ada.submit(page, '/account/password', { current_password: PASSWORD, password: 'x' });
    assert.equal(weak.status, 422);
    assert.match(weak.errorOf('password-password') ?? '', /^New password must be 8 to 128 characters long\./);
    const done = await ada.submit(page, '/account/password', {
      current_password: PASSWORD,
      password: 'ten unrelated words',
    });
    assert.deepEqual([done.status, done.location], [303, '/account?done=password-changed']);
  });

  it('say that a form with another password was sent before, and let it be sent again', async () => {
    const zoe = await joinAs(app, 'zoe@example.com');
    const browser = new TestBrowser(app, zoe.session);
    const page = await browser.open('/account');
    const send = (on: PageAnswer, password: string, current_password: string) =>
      browser.submit(on, '/account/password', { current_password, password });
    const done = '/account?done=password-changed';
    assert.equal((await send(page, 'ten unrelated words', PASSWORD)).location, done);
    assert.equal((await send(page, 'ten unrelated words', PASSWORD)).location, done, 'a double click');
    const other = await send(page, 'ten other words', PASSWORD);
    assert.equal(other.status, 422);
    assert.equal(
      other.text('p', ['role', 'alert']),
      'This form was sent before with other entries. Check what is stored, and send it again.',
    );
    assert.equal((await send(page, 'ten unrelated words', 'wrong')).status, 422);
    await logIn(app, zoe.email, 'ten unrelated words');
    assert.equal((await send(other, 'ten other words', 'ten unrelated words')).location, done);
    await logIn(app, zoe.email, 'ten other words');
  });

  it('end a session of another person, after the password where the log-in is long ago', async () => {
    const admin = new TestBrowser(app, (await joinAs(app, 'ender@example.com', 'admin')).session);
    const other = await joinAs(app, 'other@example.com');
    const page = await admin.open(`/console/accounts/${other.id}`);
    const action = /action="([^"]+\/end)"/.exec(page.body)?.[1] ?? assert.fail('no button');
    app.clock.advance(11 * 60_000);
    const asked = await admin.submit(page, action);
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
    const forged = await admin.submit(asked, action, { password: PASSWORD, form_token: 'x' });
    assert.deepEqual([forged.status, forged.text('h1')], [403, 'Confirm that it is you']);
    assert.equal((await admin.submit(page, action)).status, 401, 'not elevated');
    const wrong = await admin.submit(asked, action, { password: 'wrong' });
    assert.equal(wrong.status, 403);
    assert.match(wrong.errorOf('password') ?? '', /^The password is wrong/);
    const confirmed = await admin.submit(wrong, action, { password: PASSWORD });
    assert.equal(confirmed.location, `/console/accounts/${other.id}?done=confirmed`);
    assert.equal((await new TestBrowser(app, other.session).open('/account')).status, 200, 'the session goes on');
    const ended = await admin.submit(page, action);
    assert.equal(ended.location, `/console/accounts/${other.id}?done=session-ended`);
    assert.equal((await new TestBrowser(app, other.session).open('/account')).status, 303);
  });
});
