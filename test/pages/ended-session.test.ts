import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret as Seed, TOTP } from 'otpauth';
import type { Role } from '../../src/domain/access/scope.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { PASSWORD } from '../http/people.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from './browser.ts';

/** A browser that keeps the cookie of a session which ends elsewhere. */
const personOn = async (app: TestApp, email: string, role?: Role) => {
  const { session } = await joinAs(app, email, role);
  const endSession = async () => {
    assert.equal((await app.call('DELETE', '/sessions', { session })).status, 302);
  };
  return { browser: new TestBrowser(app, session), email, endSession };
};

describe('A form that is sent after its session has ended', () => {
  it('leads to the log-in, and is then shown again with its entries', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ada@example.com');
    const page = await browser.open('/account');
    const before = page.form('/account/name').name;
    await endSession();
    const asked = await browser.submit(page, '/account/name', { name: 'Ada & "Co" <b>' });
    asked.assertValid();
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Log in']);
    assert.match(asked.text('p', ['role', 'status']) ?? '', /Log in, and your entries are shown again/);
    const wrong = await browser.submit(asked, '/account/name', { email, password: 'a wrong one' });
    wrong.assertValid();
    assert.deepEqual([wrong.status, wrong.text('h1')], [401, 'Log in']);
    assert.match(wrong.text('p', ['role', 'alert']) ?? '', /is wrong/);
    const again = await browser.submit(wrong, '/account/name', { email, password: PASSWORD });
    again.assertValid();
    assert.deepEqual([again.status, again.text('h1')], [200, 'Your account'], again.body);
    assert.match(again.text('p', ['role', 'status']) ?? '', /What was entered before/);
    assert.equal(again.form('/account/name').name, 'Ada & "Co" <b>');
    assert.equal((await browser.open('/account')).form('/account/name').name, before, 'nothing is changed yet');
    const done = await browser.submit(again, '/account/name', {});
    assert.deepEqual([done.status, done.location], [303, '/account?done=name-changed'], done.body);
    for (const { body } of [asked, wrong, again]) assert.ok(!body.includes(PASSWORD));
  });

  it('asks for the code too where there is a second factor', async () => {
    await using app = await startTestApp({ SEALING_KEY: 'a-sealing-key-with-more-than-32-characters' });
    const { browser, email, endSession } = await personOn(app, 'ada@example.com', 'admin');
    const setUp = await browser.submit(await browser.open('/account/mfa'), '/account/mfa', {});
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(setUp.body)?.[1]?.replaceAll(' ', '') ?? assert.fail(setUp.body);
    const codeNow = () =>
      new TOTP({ secret: Seed.fromBase32(secret) }).generate({ timestamp: Instant.epochMs(app.clock.now()) });
    await browser.submit(setUp, '/account/mfa/confirm', { code: codeNow() });
    const page = await browser.open('/console/tokens');
    await endSession();
    app.clock.advance(30_000);
    const asked = await browser.submit(page, '/console/tokens', { name: 'shop', 'licenses:read': 'on' });
    const askedForCode = await browser.submit(asked, '/console/tokens', { email, password: PASSWORD });
    askedForCode.assertValid();
    assert.equal(askedForCode.text('h1'), 'Enter your code');
    const wrong = await browser.submit(askedForCode, '/console/tokens', { code: '12' });
    wrong.assertValid();
    assert.deepEqual([wrong.status, wrong.text('h1')], [401, 'Enter your code']);
    // A challenge that has ended takes another log-in.
    const { challenge, code, ...rest } = wrong.form('/console/tokens');
    assert.match(wrong.text('main') ?? '', /Log in again/);
    const anew = await browser.post('/console/tokens', rest);
    assert.deepEqual([anew.status, anew.text('h1')], [401, 'Log in']);
    assert.match(anew.form('/console/tokens').form_entries ?? '', /name=shop/);
    const again = await browser.submit(wrong, '/console/tokens', { code: codeNow() });
    again.assertValid();
    assert.deepEqual([again.status, again.text('h1')], [200, 'API tokens'], again.body);
    const { name, 'licenses:read': scope } = again.form('/console/tokens');
    assert.deepEqual([name, scope], ['shop', 'on']);
    const created = await browser.submit(again, '/console/tokens', {});
    assert.equal(created.text('h1'), 'Token created');
  });

  it('may be that of a step-up, which keeps the entries of the first', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ines@example.com', 'admin');
    const page = await browser.open('/console/tokens');
    app.clock.advance(app.config.stepUpTtlMs);
    const stepUp = await browser.submit(page, '/console/tokens', { name: 'shop', 'licenses:read': 'on' });
    assert.equal(stepUp.text('h1'), 'Confirm that it is you');
    await endSession();
    const asked = await browser.submit(stepUp, '/console/tokens', { password: PASSWORD });
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Log in']);
    const again = await browser.submit(asked, '/console/tokens', { email, password: PASSWORD });
    assert.equal(again.form('/console/tokens').name, 'shop');
  });

  it('keeps no password, and the query of its page', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ines@example.com', 'admin');
    const { id } = await joinAs(app, 'bob@example.com');
    const account = await browser.open('/account');
    const path = `/console/accounts/${id}/name`;
    const person = await browser.open(`/console/accounts/${id}?part=2`);
    await endSession();
    const askedThere = await browser.submit(person, path, { name: 'Ines' });
    assert.equal(askedThere.actionOf(path), `${path}?part=2`);
    const passwords = { password: 'a new password of mine', current_password: PASSWORD };
    const only = await browser.submit(account, '/account/password', passwords);
    assert.deepEqual([only.status, only.location?.endsWith('done=session-over')], [303, true], 'nothing to keep');
    const address = { email: 'ines@elsewhere.example', current_password: PASSWORD };
    const asked = await browser.submit(account, '/account/address', address);
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Log in'], asked.body);
    assert.equal(asked.headers['www-authenticate'], 'Bearer realm="guildhall"');
    assert.ok(!asked.body.includes(PASSWORD) && !asked.body.includes(encodeURIComponent(PASSWORD)));
    const again = await browser.submit(asked, '/account/address', { email, password: PASSWORD });
    assert.deepEqual([again.status, again.text('h1')], [200, 'Your account']);
    assert.equal(again.form('/account/address').email, address.email);
  });

  it('is said to be gone where the page has it no more', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ines@example.com', 'admin');
    const { id } = await joinAs(app, 'bob@example.com');
    const path = `/console/accounts/${id}`;
    const page = await browser.open(path);
    await browser.submit(page, `${path}/ban`, { reason: 'fraud' });
    await endSession();
    const asked = await browser.submit(page, `${path}/ban`, { reason: 'spam' });
    const gone = await browser.submit(asked, `${path}/ban`, { email, password: PASSWORD });
    assert.deepEqual([gone.status, gone.text('h1')], [200, 'Ada']);
    assert.match(gone.text('p', ['role', 'status']) ?? '', /is no longer on this page/);
  });

  it('is shown too where the log-in is sent twice, or after another one', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ada@example.com');
    const page = await browser.open('/account');
    await endSession();
    const asked = await browser.submit(page, '/account/name', { name: 'Augusta' });
    for (let times = 1; times <= 2; times += 1) {
      const again = await browser.submit(asked, '/account/name', { email, password: PASSWORD });
      assert.deepEqual([again.status, again.text('h1')], [200, 'Your account']);
      assert.equal(again.form('/account/name').name, 'Augusta');
    }
  });

  it('shows no license of another person', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: 'k'.repeat(40) });
    const { browser, email } = await personOn(app, 'ada@example.com');
    const { id } = await joinAs(app, 'bob@example.com');
    const issued = await app.call('POST', `/users/${id}/licenses`, { json: {}, bearer: 'k'.repeat(40) });
    const sent = { email, password: PASSWORD, form_entries: '' };
    for (const license of [issued.json().id, id]) {
      const page = await browser.post(`/account/licenses/${license}/file`, sent);
      assert.deepEqual([page.status, page.text('h1')], [404, 'Page not found'], license);
    }
  });

  it('is on a page whose errors are none of the log-in', async () => {
    await using app = await startTestApp();
    const { browser, email, endSession } = await personOn(app, 'ines@example.com', 'admin');
    const { id } = await joinAs(app, 'bob@example.com');
    const page = await browser.open(`/console/accounts/${id}`);
    await endSession();
    const path = `/console/accounts/${id}/name`;
    const broken = { ...page.form(path), name: 'Bob' };
    const asked = await browser.post(`${path}?sessions=x`, broken);
    const opened = await browser.submit(asked, path, { email, password: PASSWORD });
    assert.deepEqual([opened.status, opened.text('h1')], [400, 'Invalid request']);
  });

  it('is what the person who logs in may see', async () => {
    await using app = await startTestApp();
    const { browser, endSession } = await personOn(app, 'ines@example.com', 'admin');
    await joinAs(app, 'bob@example.com');
    const page = await browser.open('/console/tokens');
    await endSession();
    const asked = await browser.submit(page, '/console/tokens', { name: 'shop' });
    const other = await browser.submit(asked, '/console/tokens', { email: 'bob@example.com', password: PASSWORD });
    assert.deepEqual([other.status, other.text('h1')], [403, 'Not allowed']);
    assert.equal((await browser.open('/account')).status, 200);
  });

  it('is kept for the browser that it was opened in, and a button is not pressed again', async () => {
    await using app = await startTestApp();
    const { browser, endSession } = await personOn(app, 'ada@example.com');
    const page = await browser.open('/account');
    await endSession();
    const foreign = await browser.submit(page, '/account/name', { name: 'Eve', form_token: 'x'.repeat(43) });
    assert.deepEqual([foreign.status, foreign.location], [303, '/login?next=%2Faccount&done=session-over']);
    const button = await browser.submit(page, '/account/export');
    assert.deepEqual([button.status, button.location], [303, '/login?next=%2Faccount&done=session-over']);
    const forged = { email: 'ada@example.com', password: PASSWORD, form_entries: 'name=Eve', form_token: 'x' };
    const refused = await browser.post('/account/name', forged);
    assert.equal(refused.status, 403);
    assert.match(refused.text('p', ['role', 'alert']) ?? '', /has expired/);
    assert.equal(refused.headers['set-cookie'], undefined);
  });
});
