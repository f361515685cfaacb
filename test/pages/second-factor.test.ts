import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secret as Seed, TOTP } from 'otpauth';
import { deleteForm } from '../../src/adapters/driving/pages/account/forms.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { PASSWORD } from '../http/people.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from './browser.ts';

const SETTINGS = { SEALING_KEY: 'a-sealing-key-with-more-than-32-characters' };

const codeOf = (app: TestApp, secret: string): string =>
  new TOTP({ secret: Seed.fromBase32(secret) }).generate({ timestamp: Instant.epochMs(app.clock.now()) });

/** As apps show it. */
const spaced = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

describe('The page of the second factor', () => {
  it('sets it up with a QR code, and the next log-in takes its code', async () => {
    await using app = await startTestApp(SETTINGS);
    const { email, session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app, session);
    const off = await browser.open('/account/mfa');
    off.assertValid();
    const setUp = await browser.submit(off, '/account/mfa', {});
    setUp.assertValid();
    assert.match(setUp.body, /<svg class="qr" [^>]*role="img"/);
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(setUp.body)?.[1]?.replaceAll(' ', '') ?? assert.fail(setUp.body);
    const wrong = await browser.submit(setUp, '/account/mfa/confirm', { code: '000000' });
    wrong.assertValid();
    assert.deepEqual([wrong.status, wrong.body.includes(secret)], [401, false]);
    assert.match(wrong.body, /<input id="confirm-code" [^>]*aria-invalid="true"/);
    const code = spaced(codeOf(app, secret));
    const codes = await browser.submit(wrong, '/account/mfa/confirm', { code });
    codes.assertValid();
    const again = await browser.submit(wrong, '/account/mfa/confirm', { code });
    assert.equal(again.location, '/account/mfa?done=factor-was-on', 'a double click');
    assert.equal(codes.body.match(/<li>[0-9A-Z-]{31}<\/li>/g)?.length, 10);
    const on = await browser.open('/account/mfa');
    on.assertValid();
    assert.match(on.body, /It is on/);

    app.clock.advance(30_000);
    const phone = new TestBrowser(app);
    const login = await phone.open('/login?next=/account/mfa');
    const asked = await phone.submit(login, '/login', { email, password: PASSWORD });
    asked.assertValid();
    assert.match(asked.body, /Enter your code/);
    const refused = await phone.submit(asked, '/login/code', { code: '12' });
    refused.assertValid();
    assert.equal(refused.status, 401);
    const entered = await phone.submit(refused, '/login/code', { code: ` ${spaced(codeOf(app, secret))} ` });
    assert.deepEqual([entered.status, entered.location], [303, '/account/mfa']);
    assert.equal((await phone.open('/account/mfa')).status, 200);
  });

  it('says that most pages lead back to it, where it is required and off', async () => {
    await using app = await startTestApp({ ...SETTINGS, ADMIN_API_KEY: 'k'.repeat(40), REQUIRE_MFA: 'all' });
    const browser = new TestBrowser(app, (await joinAs(app, 'ada@example.com')).session);
    for (const path of ['/account', '/account/licenses']) {
      assert.equal((await browser.open(path)).location, '/account/mfa');
    }
    assert.match((await browser.open('/account/mfa')).body, /Until it is on, most pages lead back here\./);
  });

  it('asks for the code with a step-up, and turns the factor off', async () => {
    await using app = await startTestApp({ ...SETTINGS, ADMIN_API_KEY: 'k'.repeat(40) });
    const { session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app, session);
    const setUp = await browser.submit(await browser.open('/account/mfa'), '/account/mfa', {});
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(setUp.body)?.[1]?.replaceAll(' ', '') ?? assert.fail(setUp.body);
    await browser.submit(setUp, '/account/mfa/confirm', { code: codeOf(app, secret) });
    app.clock.advance(11 * 60_000);
    const stepUp = await browser.submit(await browser.open('/account/mfa'), '/account/mfa/remove', {});
    stepUp.assertValid();
    const without = await browser.submit(stepUp, '/account/mfa/remove', { password: PASSWORD });
    assert.equal(without.status, 401);
    const proof = { password: PASSWORD, code: codeOf(app, secret) };
    const confirmed = await browser.submit(stepUp, '/account/mfa/remove', proof);
    assert.deepEqual([confirmed.status, confirmed.location], [303, '/account/mfa?done=confirmed'], confirmed.body);
    const removed = await browser.submit(await browser.open('/account/mfa'), '/account/mfa/remove', {});
    assert.deepEqual([removed.status, removed.location], [303, '/account/mfa?done=factor-removed']);
  });

  it('is asked for before the address is changed, and the new address is kept, but no password', async () => {
    await using app = await startTestApp({ ...SETTINGS, ADMIN_API_KEY: 'k'.repeat(40) });
    const browser = new TestBrowser(app, (await joinAs(app, 'ada@example.com')).session);
    const setUp = await browser.submit(await browser.open('/account/mfa'), '/account/mfa', {});
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(setUp.body)?.[1]?.replaceAll(' ', '') ?? assert.fail(setUp.body);
    await browser.submit(setUp, '/account/mfa/confirm', { code: codeOf(app, secret) });
    app.clock.advance(11 * 60_000);
    const page = await browser.open('/account');
    const change = { email: 'ada@elsewhere.example', current_password: PASSWORD };
    const asked = await browser.submit(page, '/account/address', change);
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
    const without = await browser.submit(asked, '/account/address', { password: PASSWORD });
    assert.deepEqual([without.status, without.text('h1')], [401, 'Confirm that it is you']);
    const proof = { password: PASSWORD, code: codeOf(app, secret) };
    const again = await browser.submit(without, '/account/address', proof);
    assert.deepEqual([again.status, again.text('h1')], [200, 'Your account'], again.body);
    const { email, current_password } = again.form('/account/address');
    assert.deepEqual([email, current_password], [change.email, '']);
    for (const { body } of [asked, without, again]) assert.ok(!body.includes(PASSWORD));
    assert.ok(!again.body.includes(proof.code));
    const done = await browser.submit(again, '/account/address', { current_password: PASSWORD });
    assert.deepEqual([done.status, done.location], [303, '/account?done=address-changed'], done.body);
  });

  it('is no entry that a form keeps for the time after a step-up, nor is a password', () => {
    assert.equal(deleteForm.entriesOf({ password: PASSWORD, code: '123456' }), '');
  });

  it('is asked for where a person deletes their account, and only where there is one', async () => {
    await using app = await startTestApp(SETTINGS);
    const { session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app, session);
    assert.equal('code' in (await browser.open('/account')).form('/account/delete'), false);
    const setUp = await browser.submit(await browser.open('/account/mfa'), '/account/mfa', {});
    const secret = /class="secret">([A-Z2-7 ]+)</.exec(setUp.body)?.[1]?.replaceAll(' ', '') ?? assert.fail(setUp.body);
    await browser.submit(setUp, '/account/mfa/confirm', { code: codeOf(app, secret) });
    app.clock.advance(30_000);
    const wrong = await browser.submit(await browser.open('/account'), '/account/delete', {
      password: PASSWORD,
      code: '000000',
    });
    wrong.assertValid();
    assert.equal(wrong.status, 401);
    assert.match(wrong.errorOf('delete-code') ?? '', /^The code is wrong/);
    const done = await browser.submit(wrong, '/account/delete', { password: PASSWORD, code: codeOf(app, secret) });
    assert.deepEqual([done.status, done.location], [303, '/login?done=account-deleted']);
  });
});
