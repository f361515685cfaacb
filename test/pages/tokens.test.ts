import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PASSWORD } from '../http/people.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { joinAs, type PageAnswer, TestBrowser } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;

describe('The pages of API tokens', () => {
  let app: TestApp;
  let admin: TestBrowser;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
  });
  after(() => app[Symbol.asyncDispose]());

  const create = async (entries: Readonly<Record<string, string>>): Promise<PageAnswer> =>
    admin.submit(await admin.open('/console/tokens'), '/console/tokens', entries);
  const secretOn = (page: PageAnswer) => page.text('code', ['id', 'secret']) ?? assert.fail('no secret');
  const pathOn = (page: PageAnswer) =>
    /href="(\/console\/tokens\/[0-9a-f-]{36})"/.exec(page.body)?.[1] ?? assert.fail('no link');
  const licensesBy = async (token: string) => (await app.call('GET', '/licenses', { bearer: token })).status;

  it('create a token, show its secret once, rotate it and revoke it', async () => {
    const created = await create({
      name: 'shop',
      'licenses:read': 'on',
      expires_in_days: '30',
      networks: '127.0.0.0/8\r\n::1/128\r\n',
    });
    assert.equal(created.status, 200);
    assert.equal(created.headers['cache-control'], 'no-store');
    const secret = secretOn(created);
    assert.match(secret, /^gld_api_[0-9A-Za-z]{38}$/);
    assert.equal(await licensesBy(secret), 200);

    const path = pathOn(created);
    const page = await admin.open(path);
    assert.match(page.text('dl') ?? '', /127\.0\.0\.0\/8/);
    for (const shown of [page, await admin.open('/console/tokens')]) assert.ok(!shown.body.includes(secret));

    const rotated = await admin.submit(page, `${path}/rotate`, { overlap_s: '0' });
    assert.equal(rotated.text('h1'), 'Token rotated');
    assert.deepEqual([await licensesBy(secret), await licensesBy(secretOn(rotated))], [401, 200]);

    const changed = await admin.submit(page, `${path}/change`, { name: 'web shop', networks: '192.0.2.0/24' });
    assert.equal(changed.location, `${path}?done=token-changed`);
    assert.equal((await admin.open(path)).text('h1'), 'web shop');
    assert.equal(await licensesBy(secretOn(rotated)), 401, 'another network');

    const revoked = await admin.submit(page, `${path}/revoke`);
    assert.equal(revoked.location, '/console/tokens?done=token-revoked');
    const gone = await admin.open(path);
    assert.deepEqual([gone.status, gone.text('h1')], [404, 'No such token']);
  });

  it('change only what was changed in the form, and undo no change of a colleague', async () => {
    const networks = '127.0.0.0/8\r\n::1/128';
    const path = pathOn(await create({ name: 'shop', 'licenses:read': 'on', networks }));
    const stale = await admin.open(path);
    const fresh = await admin.open(path);
    await admin.submit(fresh, `${path}/change`, { networks: '192.0.2.0/24\r\n2001:db8::/32' });
    const renamed = await admin.submit(stale, `${path}/change`, { name: 'web shop', networks });
    assert.equal(renamed.location, `${path}?done=token-changed`);
    const token = await admin.open(path);
    assert.equal(token.text('h1'), 'web shop');
    assert.match(token.text('dl') ?? '', /192\.0\.2\.0\/24.*2001:db8::\/32/s);
    await admin.submit(token, `${path}/change`, { networks: '' });
    const open = await admin.open(path);
    assert.equal(open.text('h1'), 'web shop');
    assert.doesNotMatch(open.text('dl') ?? '', /192\.0\.2\.0/);
  });

  it('rotate a token once, however often the form is sent', async () => {
    const created = await create({ name: 'shop', 'licenses:read': 'on' });
    const path = pathOn(created);
    const page = await admin.open(path);
    const rotated = await admin.submit(page, `${path}/rotate`, { overlap_s: '3600' });
    const again = await admin.submit(page, `${path}/rotate`, { overlap_s: '3600' });
    const secret = secretOn(rotated);
    assert.equal(again.status, 409);
    assert.match(
      again.text('p', ['role', 'alert']) ?? '',
      new RegExp(`rotated since.* ends in ${secret.slice(-4)} now`),
    );
    again.assertValid();
    assert.deepEqual([await licensesBy(secretOn(created)), await licensesBy(secret)], [200, 200]);
    const meant = await admin.submit(again, `${path}/rotate`, { overlap_s: '3600' });
    assert.equal(meant.text('h1'), 'Token rotated');
    assert.deepEqual([await licensesBy(secretOn(created)), await licensesBy(secret)], [401, 200]);
  });

  it('say that the owner of a token is banned, has no role, or has fewer scopes', async () => {
    const owner = await joinAs(app, 'owner@example.com', 'admin');
    const own = new TestBrowser(app, owner.session);
    const scopes = { 'licenses:read': 'on', 'audit:read': 'on' };
    const path = pathOn(
      await own.submit(await own.open('/console/tokens'), '/console/tokens', { name: 'bot', ...scopes }),
    );
    const staffPath = `/console/staff/${owner.id}`;
    const shown = async () => {
      const page = await admin.open(path);
      const badge = page.text('dl')?.match(/^StatusActive|^StatusOwner (?:banned|without role|lacks scopes)/)?.[0];
      const text = badge?.slice('Status'.length) ?? page.text('dl') ?? '';
      assert.ok((await admin.open('/console/tokens')).text('table')?.includes(text), text);
      return [text, /Owner lacks(?! scopes)/.test(page.text('dl') ?? '')];
    };
    assert.deepEqual(await shown(), ['Active', false]);
    await admin.submit(await admin.open(staffPath), `${staffPath}/role`, { role: 'support' });
    assert.deepEqual(await shown(), ['Owner lacks scopes', true]);
    await admin.submit(await admin.open(staffPath), `${staffPath}/remove`);
    assert.deepEqual(await shown(), ['Owner without role', true]);
    const account = `/console/accounts/${owner.id}`;
    await admin.submit(await admin.open(account), `${account}/ban`);
    assert.deepEqual(await shown(), ['Owner banned', true]);

    await using open = await startTestApp();
    const another = new TestBrowser(open, (await joinAs(open, 'admin@example.com', 'admin')).session);
    const { id, session } = await joinAs(open, 'support@example.com', 'admin');
    const support = new TestBrowser(open, session);
    const created = await support.submit(await support.open('/console/tokens'), '/console/tokens', {
      name: 'bot',
      ...scopes,
    });
    assert.equal((await open.call('PUT', `/staff/${id}`, { json: { role: 'support' } })).status, 200);
    assert.equal((await open.call('GET', '/audit', { bearer: secretOn(created) })).status, 200);
    assert.match((await another.open(pathOn(created))).text('dl') ?? '', /^StatusActive/, 'open administration');
  });

  it('say in production that a token of the sample administrator is for development only', async () => {
    await using development = await startTestApp({ SAMPLE_USERS: 'on' });
    const password = readFileSync(join(development.folder, 'sample-admin-password'), 'utf8').trim();
    const json = { email: 'admin@example.com', password };
    const { session } = await development.call('POST', '/sessions', { json });
    const sample = new TestBrowser(development, session);
    const created = await sample.submit(await sample.open('/console/tokens'), '/console/tokens', {
      name: 'mine',
      'users:read': 'on',
    });
    const path = pathOn(created);
    assert.match((await sample.open(path)).text('dl') ?? '', /^StatusActive/);
    await using production = await startTestApp({
      NODE_ENV: 'production',
      DATABASE_URL: `file:${development.databaseFile}`,
      ADMIN_API_KEY: ADMIN_KEY,
      REQUIRE_MFA: 'off',
    });
    const another = new TestBrowser(production, (await joinAs(production, 'ines@example.com', 'admin')).session);
    assert.match((await another.open(path)).text('dl') ?? '', /^StatusFor development only/);
    assert.match((await another.open('/console/tokens')).text('table') ?? '', /mine.*For development only/s);
  });

  it('rotate no token that a colleague has rotated while the password was asked for', async () => {
    const path = pathOn(await create({ name: 'shop', 'licenses:read': 'on' }));
    const colleague = new TestBrowser(app, (await joinAs(app, 'colleague@example.com', 'admin')).session);
    const page = await admin.open(path);
    app.clock.advance(11 * 60_000);
    const asked = await admin.submit(page, `${path}/rotate`, { overlap_s: '3600' });
    assert.equal(asked.text('h1'), 'Confirm that it is you');
    const theirs = await colleague.submit(await colleague.open(path), `${path}/rotate`, { overlap_s: '3600' });
    await colleague.submit(theirs, `${path}/rotate`, { password: PASSWORD });
    await colleague.submit(await colleague.open(path), `${path}/rotate`, { overlap_s: '3600' });
    const again = await admin.submit(asked, `${path}/rotate`, { password: PASSWORD });
    assert.equal(again.text('p', ['role', 'status']), 'Thank you. Now make your change.');
    assert.equal((await admin.submit(again, `${path}/rotate`, { overlap_s: '3600' })).status, 409);
  });

  it('keep the entries of a refused token, with each error beside its field', async () => {
    const refused = await create({
      name: HOSTILE.repeat(3),
      'licenses:read': 'on',
      networks: HOSTILE,
      products: HOSTILE,
      expires_in_days: '401',
    });
    assert.equal(refused.status, 422);
    refused.assertValid();
    assert.match(refused.errorOf('create-name') ?? '', /^Name /);
    assert.match(refused.errorOf('create-networks') ?? '', /^Networks /);
    assert.ok(refused.errorOf('create-expires_in_days'));
    assert.equal(refused.form('/console/tokens').networks?.trim(), HOSTILE);
    assert.equal(refused.all('input').filter(({ attrs }) => attrs.some(({ name }) => name === 'checked')).length, 1);
    const none = await create({ name: 'nothing' });
    assert.equal(none.status, 422);
    assert.match(none.text('p', ['role', 'alert']) ?? '', /at least one scope/);
  });

  it('show hostile names as text', async () => {
    const created = await create({ name: HOSTILE, 'licenses:read': 'on', products: HOSTILE });
    assert.equal(created.status, 200, created.body);
    for (const page of [created, await admin.open(pathOn(created)), await admin.open('/console/tokens')]) {
      page.assertValid();
      assert.ok(page.text('main')?.includes(HOSTILE));
    }
  });

  it('offer no scope that a token never has, and are for people who may create tokens', async () => {
    assert.doesNotMatch((await admin.open('/console/tokens')).body, /name="(?:staff|tokens):write"/);
    const forged = await create({ name: 'forged', 'staff:write': 'on' });
    assert.equal(forged.status, 400);
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    const refused = await support.open('/console/tokens');
    assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
  });

  it('ask for the password where the log-in is long ago, and keep the entries', async () => {
    const late = new TestBrowser(app, (await joinAs(app, 'late@example.com', 'admin')).session);
    const page = await late.open('/console/tokens');
    const tokens = async () => (await late.open('/console/tokens')).all('tr').length;
    const before = await tokens();
    app.clock.advance(11 * 60_000);
    const entries = {
      name: HOSTILE,
      expires_in_days: '',
      products: `${HOSTILE}\nMehr & noch mehr`,
      networks: '192.0.2.0/24\n2001:db8::/32',
      'licenses:read': 'on',
      'users:read': 'on',
    };
    const asked = await late.submit(page, '/console/tokens', entries);
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
    asked.assertValid();
    const wrong = await late.submit(asked, '/console/tokens', { password: 'a wrong password' });
    assert.deepEqual([wrong.status, wrong.text('h1')], [403, 'Confirm that it is you']);
    assert.match(wrong.errorOf('password') ?? '', /^The password is wrong/);
    wrong.assertValid();
    const again = await late.submit(wrong, '/console/tokens', { password: PASSWORD });
    assert.deepEqual([again.status, again.text('h1')], [200, 'API tokens'], again.body);
    assert.equal(again.text('p', ['role', 'status']), 'Thank you. Now make your change.');
    again.assertValid();
    for (const { body } of [wrong, again]) assert.doesNotMatch(body, new RegExp(`a wrong password|${PASSWORD}`));
    const { form_token, form_key, ...kept } = again.form('/console/tokens');
    assert.deepEqual(kept, entries);
    assert.deepEqual(
      [form_token, form_key === page.form('/console/tokens').form_key],
      [page.form('/console/tokens').form_token, false],
    );
    assert.equal(await tokens(), before, 'nothing is created without the press of the button');
    const created = await late.submit(again, '/console/tokens');
    assert.deepEqual([created.status, created.text('h1')], [200, 'Token created']);
  });
});
