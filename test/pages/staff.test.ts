import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Person } from '../http/people.ts';
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
    const unknown = await admin.submit(page, '/console/staff', { email: 'unknown@example.com', role: 'support' });
    assert.equal(unknown.status, 404);
    assert.match(unknown.errorOf('add-email') ?? '', /is that of no account/);
    assert.equal(unknown.form('/console/staff').email, 'unknown@example.com');
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

  it('ask for the password where the log-in is long ago', async () => {
    const late = new TestBrowser(app, (await joinAs(app, 'late@example.com', 'admin')).session);
    const page = await late.open('/console/staff');
    app.clock.advance(11 * 60_000);
    const asked = await late.submit(page, '/console/staff', { email: 'ines@example.com', role: 'support' });
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
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
    const hostile = `"><script>alert(1)</script>@example.com`;
    const rejected = await admin.submit(await admin.open('/console/staff'), '/console/staff', {
      email: hostile,
      role: 'reader',
    });
    assert.ok(rejected.status >= 400 && rejected.status < 500);
    rejected.assertValid();
    assert.equal(rejected.form('/console/staff').email, hostile);
  });
});
