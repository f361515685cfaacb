import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PASSWORD, type Person } from '../http/people.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { joinAs, TestBrowser } from './browser.ts';

describe('The pages of staff', () => {
  let app: TestApp;
  let ines: Person;
  let admin: TestBrowser;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    ines = await joinAs(app, 'ines@example.com', 'admin');
    admin = new TestBrowser(app, ines.session);
  });
  after(() => app[Symbol.asyncDispose]());

  it('give a role to an existing account, change it and remove it', async () => {
    const tomas = await joinAs(app, 'tomas@example.com');
    const page = await admin.open('/console/staff');
    const invalid = await admin.submit(page, '/console/staff', { email: 'no address', role: 'support' });
    assert.equal(invalid.status, 422);
    assert.match(invalid.errorOf('add-email') ?? '', /address/);
    assert.equal(invalid.form('/console/staff').email, 'no address');
    const wrong = await admin.submit(page, '/console/staff', { email: 'tomas@example.com', role: 'owner' });
    assert.deepEqual([wrong.status, wrong.errorOf('add-role')], [400, 'Role must be one of the choices.']);
    const added = await admin.submit(page, '/console/staff', { email: ' TOMAS@example.com', role: 'support' });
    assert.equal(added.location, '/console/staff?done=staff-added');

    const path = `/console/staff/${tomas.id}`;
    assert.match((await admin.open('/console/staff')).text('table') ?? '', /tomas@example\.com.*support/s);
    const person = await admin.open(path);
    assert.match(person.text('dl') ?? '', /Second factoroff.*users:ban/);
    const changed = await admin.submit(person, `${path}/role`, { role: 'reader' });
    assert.equal(changed.location, '/console/staff?done=staff-changed');
    const removed = await admin.submit(person, `${path}/remove`);
    assert.equal(removed.location, '/console/staff?done=staff-removed');
    const gone = await admin.open(path);
    assert.deepEqual([gone.status, gone.text('h1')], [404, 'No role']);
  });

  it('undo no change of a colleague, and take the same change twice', async () => {
    const vera = await joinAs(app, 'vera@example.com', 'admin');
    const path = `/console/staff/${vera.id}`;
    const stale = await admin.open(path);
    const removable = await admin.open(path);
    for (const page of [stale, stale]) {
      const changed = await admin.submit(page, `${path}/role`, { role: 'support' });
      assert.equal(changed.location, '/console/staff?done=staff-changed', changed.body);
    }
    const late = await admin.submit(stale, `${path}/role`, { role: 'reader' });
    const message = 'The role was changed since. It is support now.';
    assert.deepEqual([late.status, late.text('p', ['role', 'alert'])], [409, message]);
    late.assertValid();
    assert.equal((await admin.submit(late, `${path}/role`, { role: 'reader' })).status, 303, 'it was seen');
    await admin.submit(removable, `${path}/remove`);
    const gone = await admin.submit(stale, `${path}/role`, { role: 'support' });
    assert.deepEqual([gone.status, gone.text('h1')], [404, 'No role']);
    assert.doesNotMatch((await admin.open('/console/staff')).text('table') ?? '', /vera@example\.com/);
  });

  it('do not add a person who has another role', async () => {
    const boss = await joinAs(app, 'boss@example.com', 'admin');
    const page = await admin.open('/console/staff');
    const refused = await admin.submit(page, '/console/staff', { email: 'boss@example.com', role: 'support' });
    assert.equal(refused.status, 409);
    assert.equal(
      refused.errorOf('add-email'),
      'Email address is that of a person with the role admin. Change that role instead.',
    );
    assert.match((await admin.open('/console/staff')).text('table') ?? '', /boss@example\.com\s*admin/);
    const same = await admin.submit(page, '/console/staff', { email: 'boss@example.com', role: 'admin' });
    assert.equal(same.location, '/console/staff?done=staff-added');
    const path = `/console/staff/${boss.id}`;
    await admin.submit(await admin.open(path), `${path}/remove`);
  });

  it('add a colleague who has no account, and who sets a password by the email', async () => {
    const email = 'new-colleague@example.com';
    const added = await admin.submit(await admin.open('/console/staff'), '/console/staff', { email, role: 'support' });
    assert.deepEqual([added.status, added.location], [303, '/console/staff?done=staff-added'], added.body);
    await app.deliverMail();
    const { subject, text } = app.post.sent.findLast(({ mail }) => mail.to === email)?.mail ?? assert.fail('no email');
    assert.equal(subject, 'You are invited to the console');
    assert.match(text, /ines@example\.com has given this address the role support at Guildhall/);
    assert.match(text, /It works once, until \d{4}-\d\d-\d\d at \d\d:\d\d UTC\./);
    assert.doesNotMatch(text, /your password stays unchanged/);
    const reset_token = /Reset token: (\S+)/.exec(text)?.[1] ?? assert.fail(text);
    const colleague = new TestBrowser(app);
    const password = 'ten unrelated words';
    const set = await colleague.submit(await colleague.open('/account/reset'), '/account/reset', {
      email,
      reset_token,
      password,
    });
    assert.equal(set.location, '/login?done=password-reset', set.body);
    const entered = await colleague.submit(await colleague.open('/login'), '/login', { email, password });
    assert.deepEqual([entered.status, entered.location], [303, '/console'], entered.body);
    assert.equal((await colleague.open('/console')).status, 200);
  });

  it('say on the page that the last admin stays', async () => {
    const path = `/console/staff/${ines.id}`;
    const page = await admin.open(path);
    for (const [action, entries] of [
      [`${path}/role`, { role: 'reader' }],
      [`${path}/remove`, {}],
    ] as const) {
      const refused = await admin.submit(page, action, entries);
      assert.deepEqual([refused.status, refused.text('h1')], [409, 'ines@example.com']);
      assert.match(refused.text('p', ['role', 'alert']) ?? '', /^This is the last admin\./);
      refused.assertValid();
    }
  });

  it('ask for the password where the log-in is long ago, and keep the entries', async () => {
    const late = new TestBrowser(app, (await joinAs(app, 'late@example.com', 'admin')).session);
    const page = await late.open('/console/staff');
    app.clock.advance(11 * 60_000);
    for (const email of ['ines@example.com', 'not-yet@example.com']) {
      const asked = await late.submit(page, '/console/staff', { email, role: 'support' });
      assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you'], email);
    }
    const asked = await late.submit(page, '/console/staff', { email: 'not-yet@example.com', role: 'reader' });
    const again = await late.submit(asked, '/console/staff', { password: PASSWORD });
    assert.deepEqual([again.status, again.text('h1')], [200, 'Staff'], again.body);
    assert.equal(again.form('/console/staff').email, 'not-yet@example.com');
    assert.match(again.body, /<option value="reader" selected>/);
    const found = await app.call('GET', '/users?email=not-yet@example.com');
    assert.deepEqual(found.json(), [], 'and no account is left behind');
    const added = await late.submit(again, '/console/staff', { role: 'reader' });
    assert.equal(added.location, '/console/staff?done=staff-added');
  });

  it('are for people who may change staff, and show hostile text as text', async () => {
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    for (const path of ['/console/staff', `/console/staff/${ines.id}`]) {
      const refused = await support.open(path);
      assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
      assert.doesNotMatch(refused.body, /href="\/console\/staff"/);
      const page = await admin.open(path);
      assert.equal(page.status, 200);
      page.assertValid();
    }
    const { form_token } = (await support.open('/console')).form('/account/log-out');
    const email = 'by-support@example.com';
    const sent = await support.post('/console/staff', { form_token: form_token ?? '', email, role: 'reader' });
    assert.deepEqual([sent.status, sent.text('h1')], [403, 'Not allowed']);
    const found = await app.call('GET', `/users?email=${email}`);
    assert.deepEqual(found.json(), [], 'and no account is left behind');
    const hostile = `"><script>alert(1)</script>@example.com`;
    const fresh = new TestBrowser(app, (await joinAs(app, 'fresh@example.com', 'admin')).session);
    const rejected = await fresh.submit(await fresh.open('/console/staff'), '/console/staff', {
      email: hostile,
      role: 'reader',
    });
    assert.ok(rejected.status >= 400 && rejected.status < 500);
    rejected.assertValid();
    assert.equal(rejected.form('/console/staff').email, hostile);
  });
});
