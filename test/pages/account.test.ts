import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { NOTES } from '../../src/adapters/driving/pages/common/words.ts';
import { logIn, PASSWORD, profileStatus } from '../http/people.ts';
import { mustBeProblem } from '../http/problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;
const UNKNOWN_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const NEW_PASSWORD = 'ten unrelated words';

/** The token of the newest email to this address. */
const tokenTo = async (app: TestApp, to: string): Promise<string> => {
  await app.deliverMail();
  const mail = app.post.sent.findLast(({ mail }) => mail.to === to)?.mail ?? assert.fail(`no email to ${to}`);
  return /(?:token(?:=|: ))([\w-]{43})/.exec(mail.text)?.[1] ?? assert.fail(mail.text);
};

describe('A forgotten password', () => {
  it('is replaced with the token of the email, typed from it', async () => {
    await using app = await startTestApp({
      NODE_ENV: 'production',
      ADMIN_API_KEY: ADMIN_KEY,
      PUBLIC_URL: 'https://shop.example',
      BRAND_NAME: 'Brightmoor Labs',
    });
    const { email, session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app);
    const login = await browser.open('/login');
    assert.match(login.body, /href="\/account\/reset\/request"/);
    const request = await browser.open('/account/reset/request');
    request.assertValid();
    for (const address of ['unknown@example.com', 'no address', email]) {
      const sent = await browser.submit(request, '/account/reset/request', { email: address });
      assert.deepEqual([sent.status, sent.location], [303, '/account/reset?done=reset-requested'], address);
    }
    const token = await tokenTo(app, email);
    const { text } = app.post.sent.at(-1)?.mail ?? assert.fail();
    const link = `https://shop.example/account/reset#email=ada%40example.com&reset_token=${token}`;
    assert.ok(text.includes(`\n${link}\n`) && text.includes(`\nReset token: ${token}\n`), text);
    assert.match(text, /\n\nBrightmoor Labs\n$/);
    const page = await browser.open('/account/reset?done=reset-requested');
    page.assertValid();
    assert.match(page.body, /<form [^>]*data-fragment/);
    const wrong = await browser.submit(page, '/account/reset', {
      email,
      reset_token: HOSTILE,
      password: NEW_PASSWORD,
    });
    wrong.assertValid();
    assert.deepEqual([wrong.status, wrong.form('/account/reset').email], [403, email]);
    assert.equal(wrong.form('/account/reset').password, '');
    const weak = await browser.submit(page, '/account/reset', { email, reset_token: token, password: 'x' });
    assert.equal(weak.status, 422);
    assert.match(weak.errorOf('password') ?? '', /^New password must be/);
    const entries = { email: ` ${email} `, reset_token: ` ${token}\n`, password: NEW_PASSWORD };
    const done = await browser.submit(page, '/account/reset', entries);
    assert.deepEqual([done.status, done.location], [303, '/login?done=password-reset']);
    assert.equal(await profileStatus(app, session), 403, 'all sessions have ended');
    await logIn(app, email, NEW_PASSWORD);
  });
});

describe('Registration', () => {
  it('is one form where it is open', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    const browser = new TestBrowser(app);
    const page = await browser.open('/account/new');
    page.assertValid();
    const entries = { email: 'ada@example.com', name: '', age: '36', password: PASSWORD };
    const young = await browser.submit(page, '/account/new', { ...entries, age: '3', name: HOSTILE });
    young.assertValid();
    assert.equal(young.status, 422);
    assert.match(young.errorOf('age') ?? '', /^Age must be/);
    assert.equal(young.form('/account/new').name, HOSTILE);
    const done = await browser.submit(page, '/account/new', entries);
    assert.deepEqual([done.status, done.location], [303, '/login?done=registered'], done.body);
    await logIn(app);
    const taken = await browser.submit(page, '/account/new', entries);
    assert.equal(taken.status, 409);
    assert.equal((await browser.open('/account/new/token')).status, 404);
  });

  it('says that the address has to be confirmed before a log-in, where that is so', async () => {
    await using app = await startTestApp({ THROTTLE: 'off', CONFIRMED_ONLY: 'on' });
    const browser = new TestBrowser(app);
    const entries = { email: 'ada@example.com', name: '', age: '36', password: PASSWORD };
    const done = await browser.submit(await browser.open('/account/new'), '/account/new', entries);
    assert.equal(done.status, 303, done.body);
    const page = await browser.open(String(done.location));
    assert.match(page.text('main') ?? '', /Before you log in, confirm your address/);
  });

  it('takes a token from the mailbox where addresses are confirmed', async () => {
    await using app = await startTestApp({ THROTTLE: 'off', REGISTRATION: 'confirmed' });
    const browser = new TestBrowser(app);
    const request = await browser.open('/account/new');
    request.assertValid();
    assert.deepEqual(Object.keys(request.form('/account/new')).sort(), ['email', 'form_key', 'form_token']);
    const sent = await browser.submit(request, '/account/new', { email: 'ada@example.com' });
    assert.deepEqual([sent.status, sent.location], [303, '/account/new/token?done=account-requested']);
    const page = await browser.open('/account/new/token');
    page.assertValid();
    const entries = { email: 'ada@example.com', name: 'Ada', age: '36', password: PASSWORD };
    const wrong = await browser.submit(page, '/account/new/token', { ...entries, confirmation_token: 'x' });
    assert.equal(wrong.status, 403);
    const token = await tokenTo(app, 'ada@example.com');
    const done = await browser.submit(page, '/account/new/token', { ...entries, confirmation_token: token });
    assert.deepEqual([done.status, done.location], [303, '/login?done=registered'], done.body);
    await logIn(app);
  });

  it('is a page 403 where it is closed', async () => {
    await using app = await startTestApp({ REGISTRATION: 'closed' });
    const browser = new TestBrowser(app);
    const page = await browser.open('/account/new');
    assert.deepEqual([page.status, page.text('h1')], [403, 'Registration is closed']);
    assert.doesNotMatch((await browser.open('/login')).body, /account\/new/);
  });
});

describe('The pages for an email', () => {
  it('call its token what the email calls it, for a code is that of the second factor', async () => {
    await using confirmed = await startTestApp({ THROTTLE: 'off', REGISTRATION: 'confirmed' });
    await using app = await startTestApp({ THROTTLE: 'off' });
    const anonymous = new TestBrowser(confirmed);
    const person = new TestBrowser(app, (await joinAs(app, 'ada@example.com')).session);
    const withField = ['/account/new/token', '/account/reset', '/account/confirm', '/account/confirm?for=cancellation'];
    for (const path of withField) {
      assert.match((await anonymous.open(path)).text('form') ?? '', /Token from the email/, path);
    }
    const shown = [
      ...['/account/new', '/account/reset/request', ...withField].map((path) => anonymous.open(path)),
      ...Object.keys(NOTES).map((name) => person.open(`/account?done=${name}`)),
    ];
    for (const page of await Promise.all(shown)) assert.doesNotMatch(page.text('main') ?? 'a code', /\bcode\b/i);
  });
});

describe('The address of an account', () => {
  it('is confirmed by the token of an email', async () => {
    await using app = await startTestApp({ THROTTLE: 'off' });
    const { email, session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app, session);
    const page = await browser.open('/account');
    assert.match(page.body, /Your address is not confirmed/);
    const sent = await browser.submit(page, '/account/confirmation');
    assert.deepEqual([sent.status, sent.location], [303, '/account/confirm?done=confirmation-sent']);
    const form = await browser.open('/account/confirm');
    form.assertValid();
    assert.equal((await browser.submit(form, '/account/confirm', { confirmation_token: HOSTILE })).status, 403);
    const entries = { confirmation_token: await tokenTo(app, email) };
    const done = await browser.submit(form, '/account/confirm', entries);
    assert.deepEqual([done.status, done.location], [303, '/account?done=address-confirmed']);
    assert.doesNotMatch((await browser.open('/account')).body, /not confirmed/);
  });

  it('changes at once, or waits for its confirmation and can be taken back', async () => {
    await using open = await startTestApp({ THROTTLE: 'off' });
    const ada = await joinAs(open, 'ada@example.com');
    const browser = new TestBrowser(open, ada.session);
    const page = await browser.open('/account');
    const entries = { email: 'countess@example.com', current_password: PASSWORD };
    const wrong = await browser.submit(page, '/account/address', { ...entries, current_password: 'wrong' });
    assert.deepEqual([wrong.status, wrong.errorOf('address-current_password')], [403, 'Current password is wrong.']);
    const changed = await browser.submit(page, '/account/address', entries);
    assert.equal(changed.location, '/account?done=address-changed');

    await using confirmed = await startTestApp({
      THROTTLE: 'off',
      REGISTRATION: 'confirmed',
      ADMIN_API_KEY: ADMIN_KEY,
    });
    const json = { email: 'ada@example.com', password: PASSWORD };
    assert.equal((await confirmed.call('POST', '/users', { bearer: ADMIN_KEY, json })).status, 201);
    const waiting = new TestBrowser(confirmed, await logIn(confirmed));
    const requested = await waiting.submit(await waiting.open('/account'), '/account/address', entries);
    assert.equal(requested.location, '/account?done=address-requested');
    assert.match((await waiting.open('/account')).body, /countess@example\.com<\/strong> replaces/);
    const again = { ...entries, email: 'ada@example.com', form_key: '' };
    const kept = await waiting.submit(await waiting.open('/account'), '/account/address', again);
    assert.equal(kept.location, '/account?done=address-kept');
    assert.doesNotMatch((await waiting.open('/account')).body, /countess@example\.com/);
    await waiting.submit(await waiting.open('/account'), '/account/address', entries);
    const token = await tokenTo(confirmed, 'ada@example.com');
    const form = await waiting.open('/account/confirm?for=cancellation');
    form.assertValid();
    assert.equal(form.text('h1'), 'Cancel the change of address');
    const action = '/account/confirm?for=cancellation';
    const cancelled = await waiting.submit(form, action, { confirmation_token: token });
    assert.deepEqual([cancelled.status, cancelled.location], [303, '/account/reset?done=address-change-cancelled']);
    assert.equal((await waiting.open('/account')).location, '/login?next=%2Faccount');
  });
});

describe('The account', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
  });
  after(() => app[Symbol.asyncDispose]());

  it('shows hostile text as text', async () => {
    const person = await joinAs(app, 'hostile@example.com');
    const browser = new TestBrowser(app, person.session);
    await browser.submit(await browser.open('/account'), '/account/name', { name: HOSTILE });
    const headers = { 'user-agent': HOSTILE };
    await app.call('POST', '/sessions', { json: { email: person.email, password: PASSWORD }, headers });
    const terms = { product: 'a "product" <b>', entitlements: ['x'], max_activations: 2 };
    const issued = await app.call('POST', `/users/${person.id}/licenses`, { bearer: ADMIN_KEY, json: terms });
    const { id } = issued.json();
    const json = { name: HOSTILE };
    await app.call('PUT', `/licenses/${id}/activations/f-1`, { bearer: ADMIN_KEY, json });
    for (const path of ['/account', '/account/sessions', '/account/licenses', `/account/licenses/${id}`]) {
      const page = await browser.open(path);
      assert.equal(page.status, 200, path);
      page.assertValid();
    }
    assert.match((await browser.open('/account/sessions')).body, /&lt;script&gt;/);
  });

  it('is deleted with the password, not without', async () => {
    const person = await joinAs(app, 'leaving@example.com');
    const browser = new TestBrowser(app, person.session);
    app.clock.advance(3_600_000);
    const page = await browser.open('/account');
    const wrong = await browser.submit(page, '/account/delete', { password: 'wrong' });
    assert.deepEqual([wrong.status, wrong.text('h1')], [403, 'Your account']);
    assert.match(wrong.errorOf('delete-password') ?? '', /^The password is wrong/);
    const done = await browser.submit(page, '/account/delete', { password: PASSWORD });
    assert.deepEqual([done.status, done.location], [303, '/login?done=account-deleted']);
    const json = { email: person.email, password: PASSWORD };
    mustBeProblem(await app.call('POST', '/sessions', { json }), 401, 'credentials.wrong');
  });

  it('gets one new password of a form that is sent twice, and an error where another one was typed', async () => {
    const browser = new TestBrowser(app, (await joinAs(app, 'twice@example.com')).session);
    const page = await browser.open('/account');
    const send = (password: string, current_password = PASSWORD) =>
      browser.submit(page, '/account/password', { current_password, password });
    const done = '/account?done=password-changed';
    const password = 'a new password for ada';
    assert.deepEqual([(await send(password)).location, (await send(password)).location], [done, done]);
    for (const other of [await send('a newer password for ada'), await send(password, 'a wrong password')]) {
      assert.equal(other.status, 422);
      assert.match(other.text('p', ['role', 'alert']) ?? '', /^This form was sent before with other entries/);
    }
    const json = { email: 'twice@example.com', password };
    assert.equal((await app.call('POST', '/sessions', { json })).status, 200);
  });

  it('lists its sessions, ends one, and all others', async () => {
    const person = await joinAs(app, 'many@example.com');
    const others = [await logIn(app, person.email), await logIn(app, person.email), await logIn(app, person.email)];
    const browser = new TestBrowser(app, person.session);
    const page = await browser.open('/account/sessions');
    assert.match(page.body, /This one/);
    const ends = page.all('form').flatMap(({ attrs }) => attrs.find(({ name }) => name === 'action')?.value ?? []);
    const single = ends.filter((action) => /\/sessions\/[0-9a-f-]{36}\/end$/.test(action));
    assert.equal(single.length, 3, 'not this one');
    const ended = await browser.submit(page, single[0] ?? '');
    assert.equal(ended.location, '/account/sessions?done=session-ended');
    assert.deepEqual(await Promise.all(others.map((session) => profileStatus(app, session))), [403, 200, 200]);
    const outsider = new TestBrowser(app, (await joinAs(app, 'outsider@example.com', 'admin')).session);
    const mine = { ...(await outsider.open('/account/sessions')).form('/account/log-out') };
    const foreign = await outsider.submit(page, single[1] ?? '', mine);
    assert.equal(foreign.status, 404, 'an admin has the console for that');
    const all = await browser.submit(page, '/account/sessions/others/end');
    assert.equal(all.location, '/account/sessions?done=other-sessions-ended');
    assert.deepEqual(await Promise.all(others.map((session) => profileStatus(app, session))), [403, 403, 403]);
    assert.equal(await profileStatus(app, person.session), 200);
    assert.doesNotMatch((await browser.open('/account/sessions')).body, /End all others/);
  });

  it('has its licenses: the key on demand, its machines, and a file for one without a connection', async () => {
    const person = await joinAs(app, 'owner@example.com');
    const browser = new TestBrowser(app, person.session);
    assert.equal((await browser.open('/account/licenses')).text('h2'), 'You have no licenses');
    const json = { product: 'editor', max_activations: 2 };
    const issued = await app.call('POST', `/users/${person.id}/licenses`, { bearer: ADMIN_KEY, json });
    assert.equal(issued.status, 201, issued.body);
    const { id, license_key: key } = issued.json();
    await app.call('PUT', `/licenses/${id}/activations/f-1`, { bearer: ADMIN_KEY, json: { name: 'Laptop' } });
    const path = `/account/licenses/${id}`;
    for (const place of ['/account/licenses', path]) {
      const { body } = await browser.open(place);
      assert.ok(!body.includes(key) && body.includes(key.slice(-4)), place);
    }
    const page = await browser.open(path);
    const shown = await browser.submit(page, `${path}/key`);
    assert.deepEqual([shown.status, shown.text('code', ['id', 'license-key'])], [200, key]);
    assert.match(shown.body, /data-copy="license-key" hidden/);
    const file = await browser.submit(page, `${path}/file`);
    assert.equal(file.status, 200, file.body);
    assert.equal(file.headers['content-disposition'], `attachment; filename="license-${id}.lic"`);
    assert.match(file.body, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const freed = await browser.submit(page, `${path}/machines/free`);
    const again = await browser.submit(page, `${path}/machines/free`);
    again.assertValid();
    assert.equal(again.status, 404);
    assert.ok(again.text('p', ['role', 'alert']), again.body);
    assert.equal(freed.location, `${path}?done=machine-freed`);
    assert.match((await browser.open(path)).body, /No machine holds a seat/);

    for (const role of [undefined, 'admin'] as const) {
      const other = new TestBrowser(app, (await joinAs(app, `other-${role}@example.com`, role)).session);
      const before = app.securityLog.events.length;
      const hidden = await other.open(path);
      assert.equal(hidden.status, 404);
      const events = app.securityLog.events.slice(before);
      assert.deepEqual(
        events.map(({ event, detail }) => [event, detail]),
        // Staff may read it, in the console.
        role === undefined ? [['authz_fail', 'access.forbidden']] : [],
        'ASVS 16.3.2: the denial is logged though the page hides it',
      );
      const unknown = await other.open(`/account/licenses/${UNKNOWN_ID}`);
      assert.deepEqual([unknown.status, unknown.text('h1')], [404, hidden.text('h1')]);
      const own = (await other.open('/account')).form('/account/log-out');
      for (const move of ['key', 'file', 'machines/free']) {
        const entries = move === 'key' ? own : { ...own, fingerprint: 'f-1' };
        const { fingerprint: _, ...form } = page.form(`${path}/key`);
        const headers = {
          'sec-fetch-site': 'same-origin',
          cookie: `${app.cookieName}=${other.cookie(app.cookieName)}`,
        };
        const answer = await app.call('POST', `${path}/${move}`, { form: { ...form, ...entries }, headers });
        assert.equal(answer.status, 404, move);
      }
    }
  });
});

describe('An own license', () => {
  it('shows of each state only what holds in it', async () => {
    await using app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    const person = await joinAs(app, 'owner@example.com');
    const browser = new TestBrowser(app, person.session);
    const call = { bearer: ADMIN_KEY };
    const begun = { starts_at: '2025-06-01T00:00:00Z', expires_at: '2030-01-01T00:00:00Z' };
    const json = { ...begun, max_activations: 2, grace_days: 7 };
    const { id } = (await app.call('POST', `/users/${person.id}/licenses`, { ...call, json })).json();
    const change = (terms: object) => app.call('PATCH', `/licenses/${id}`, { ...call, json: terms });
    const [ADD, DEL] = ['PUT', 'DELETE'];
    const seat = (method: string, machine: string) =>
      app.call(method, `/licenses/${id}/activations/${machine}`, { ...call, ...(method === ADD && { json: {} }) });
    const shown = async () => (await browser.open(`/account/licenses/${id}`)).text('main') ?? '';
    const [takesSeats, frees, file] = [/takes one when/, /A seat that you free can be taken/, /Offline file/i];
    assert.match(await shown(), takesSeats);
    await seat(ADD, 'one');
    await seat(ADD, 'two');
    assert.match(await shown(), file);
    await change({ max_activations: 1 });
    assert.match(await shown(), /Too many machines\. The license runs on none until enough seats are freed\./);
    assert.doesNotMatch(await shown(), file);
    await change({ max_activations: 2, expires_at: '2025-12-31T00:00:00Z' });
    assert.match(await shown(), /In grace\./);
    assert.match(await shown(), frees);
    assert.doesNotMatch(await shown(), file);
    for (const [move, note] of [
      ['suspend', /Suspended\./],
      ['revoke', /Revoked\./],
    ] as const) {
      await app.call('POST', `/licenses/${id}/${move}`, call);
      assert.match(await shown(), note);
      assert.doesNotMatch(await shown(), frees);
    }
    assert.doesNotMatch(await shown(), /Ends|of grace/, 'it has ended already');
    await seat(DEL, 'one');
    await seat(DEL, 'two');
    assert.match(await shown(), /No machine holds a seat\.\s*$/);
  });
});

describe('DELETE /sessions/others', () => {
  it('ends the other sessions of the caller, and writes one entry with their number', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { id, session } = await joinAs(app, 'ada@example.com');
    const [one, other] = [await logIn(app), await logIn(app)];
    const outsider = await joinAs(app, 'bob@example.com');
    const before = (await app.call('GET', `/users/${id}/audit`, { bearer: ADMIN_KEY })).json().length;
    for (const times of [1, 2]) {
      assert.equal((await app.call('DELETE', '/sessions/others', { session })).status, 204, `${times}`);
    }
    const statuses = await Promise.all([session, one, other, outsider.session].map((of) => profileStatus(app, of)));
    assert.deepEqual(statuses, [200, 403, 403, 200]);
    const entries = (await app.call('GET', `/users/${id}/audit`, { bearer: ADMIN_KEY })).json();
    assert.equal(entries.length, before + 1);
    assert.equal(entries[0].action, 'session.ended');
    assert.deepEqual(entries[0].changes, [{ field: 'sessions_ended', after: 2 }]);
    mustBeProblem(await app.call('DELETE', '/sessions/others'), 401, 'access.unauthenticated');
  });
});

describe('The data of an account', () => {
  it('are exported as a file, after the password where the log-in is long ago', async () => {
    await using app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    const { id, email, session } = await joinAs(app, 'ada@example.com');
    const browser = new TestBrowser(app, session);
    const page = await browser.open('/account');
    page.assertValid();
    const file = await browser.submit(page, '/account/export');
    assert.deepEqual(
      [file.status, file.headers['content-disposition']],
      [200, 'attachment; filename="account.json"'],
      file.body,
    );
    const { user, audit } = JSON.parse(file.body);
    assert.deepEqual([user.id, user.email, audit[0].action], [id, email, 'user.exported']);
    app.clock.advance(11 * 60_000);
    const asked = await browser.submit(page, '/account/export');
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
  });
});
