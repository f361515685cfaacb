import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PASSWORD, type Person } from '../http/people.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, joinAs, type PageAnswer, TestBrowser, textOf } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;

describe('The page of the audit log', () => {
  let app: TestApp;
  let ines: Person;
  let admin: TestBrowser;
  let license: { id: string };
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    ines = await joinAs(app, 'ines@example.com', 'admin');
    admin = new TestBrowser(app, ines.session);
    const owner = await joinAs(app, 'owner@example.com');
    const issued = await app.call('POST', `/users/${owner.id}/licenses`, {
      json: { product: HOSTILE },
      headers: { 'user-agent': HOSTILE },
    });
    assert.equal(issued.status, 201, issued.body);
    license = issued.json();
    const page = await admin.open(`/console/licenses/${license.id}`);
    assert.equal((await admin.submit(page, `/console/licenses/${license.id}/suspend`)).status, 303);
  });
  after(() => app[Symbol.asyncDispose]());

  const actionsOn = (page: PageAnswer) =>
    [...page.body.replaceAll('<wbr>', '').matchAll(/<strong>([a-z_]+\.[a-z_]+)<\/strong>/g)].map(
      ([, action]) => action,
    );

  it('shows who changed what, before and after', async () => {
    const page = await admin.open(`/console/audit?subject=${license.id}`);
    assert.equal(page.status, 200);
    page.assertValid();
    assert.deepEqual(actionsOn(page), ['license.suspended', 'license.issued']);
    assert.match(page.body, /ines@example\.com, admin/);
    assert.deepEqual([page.text('del'), page.text('ins')], ['active', 'suspended']);
    assert.ok(page.text('main')?.includes(HOSTILE));
  });

  it('finds entries by action, actor, subject, request and day', async () => {
    const find = async (query: Record<string, string>) => {
      const page = await admin.open(`/console/audit?${new URLSearchParams(query)}`);
      assert.equal(page.status, 200, page.body);
      page.assertValid();
      return actionsOn(page);
    };
    assert.deepEqual(await find({ action: 'license.*' }), ['license.suspended', 'license.issued']);
    assert.deepEqual(await find({ action: 'license.issued' }), ['license.issued']);
    assert.deepEqual(await find({ actor: 'ines@example.com', action: 'license.*' }), ['license.suspended']);
    assert.deepEqual(await find({ actor: ines.id, action: 'license.*' }), ['license.suspended']);
    assert.ok(
      (await find({ subject: 'owner@example.com' })).every((action) => /^(?:user|session)\./.test(action ?? '')),
    );
    const { body } = await admin.open('/console/audit?action=license.issued');
    const request = /request_id=([^"]+)"/.exec(body)?.[1] ?? assert.fail('no request');
    assert.ok((await find({ request_id: decodeURIComponent(request) })).includes('license.issued'));
    const today = app.clock.now().slice(0, 10);
    assert.ok((await find({ from: today })).length > 0);
    assert.deepEqual(await find({ to: today }), []);
    for (const nothing of [
      { actor: 'unknown@example.com' },
      { actor: `${HOSTILE}@` },
      { subject: HOSTILE },
      { request_id: HOSTILE },
    ]) {
      assert.deepEqual(await find(nothing), []);
    }
  });

  it('states what is wrong with a filter', async () => {
    const hostile = encodeURIComponent(HOSTILE);
    for (const [query, field, sentence] of [
      ['from=2026-02-01&to=2026-01-01', 'from', '“From” must be before “Before”.'],
      ['to=2026-01-01T09:30:00Z', 'to', '“Before” must be a day such as 2027-01-31, from 1970 to 9998.'],
      [`from=${hostile}`, 'from', '“From” must be a day such as 2027-01-31, from 1970 to 9998.'],
      [`to=${hostile}`, 'to', '“Before” must be a day such as 2027-01-31, from 1970 to 9998.'],
      ['actor_kind=staff', 'actor_kind', '“Kind of actor” takes another filter beside it.'],
      ['action=unheard-of', 'action', '“Action” must be an action of the audit log, or a prefix of some as user.*'],
      [
        'action=user.*&actor_kind=unheard-of',
        'actor_kind',
        '“Kind of actor” must be one of root, staff, token, person, license, system, anonymous.',
      ],
    ] as const) {
      const page = await admin.open(`/console/audit?${query}`);
      assert.deepEqual([page.status, page.text('h1')], [400, 'Audit log']);
      assert.equal(page.errorOf(field), sentence);
      page.assertValid();
    }
  });

  it('keeps the kind of actor that is looked for', async () => {
    const page = await admin.open('/console/audit?actor_kind=staff&action=license.*');
    assert.deepEqual([page.status, actionsOn(page)], [200, ['license.suspended']]);
    const chosen = page
      .all('option')
      .filter((option) => attributeOf(option, 'selected') !== undefined)
      .map((option) => [attributeOf(option, 'value'), textOf(option)]);
    assert.deepEqual(chosen, [
      ['license.*', 'license.*'],
      ['staff', 'Person with a role'],
    ]);
    const other = await admin.open('/console/audit?actor_kind=system&action=license.*');
    assert.deepEqual(actionsOn(other), []);
  });

  it('shows how far the chain is sealed', async () => {
    await app.useCases.sealAuditEntries.execute();
    const page = await admin.open('/console/audit');
    const { seq, hash } = (await app.call('GET', '/audit/head')).json();
    assert.match(page.text('p', ['class', 'note good']) ?? '', new RegExp(`^Sealed to entry ${seq}`));
    assert.ok(page.text('main')?.includes(hash));
  });

  it('has pages', async () => {
    for (let n = 0; n < 55; n += 1) await app.call('POST', '/users', { json: { email: `n${n}@example.com` } });
    const first = await admin.open('/console/audit?action=user.created');
    assert.equal(actionsOn(first).length, 50);
    const next = first
      .all('a')
      .find(({ attrs }) => attrs.some(({ name, value }) => name === 'rel' && value === 'next'));
    const url = next?.attrs.find(({ name }) => name === 'href')?.value ?? assert.fail('no next page');
    assert.match(url, /action=user\.created/);
    const second = actionsOn(await admin.open(url));
    assert.deepEqual([second.length, new Set(second)], [5, new Set(['user.created'])]);
  });

  it('exports a file that verifies, after the password where the log-in is long ago', async () => {
    const page = await admin.open('/console/audit');
    const file = await admin.submit(page, '/console/audit/export', { from: '', to: '' });
    assert.deepEqual([file.status, file.headers['content-type']], [200, 'application/x-ndjson']);
    assert.match(file.body, /^\{"anchor":.*\{"head":\{.*\},"complete":true\}\n$/s);
    const wrong = await admin.submit(page, '/console/audit/export', { from: '2026-02-01', to: '2026-01-01' });
    assert.deepEqual([wrong.status, wrong.text('h1')], [400, 'Audit log']);
    app.clock.advance(11 * 60_000);
    const asked = await admin.submit(page, '/console/audit/export', { from: '', to: '' });
    assert.deepEqual([asked.status, asked.text('h1')], [401, 'Confirm that it is you']);
  });

  it('keeps its filter where the form of an export is rejected, and where it takes the password', async () => {
    const person = await joinAs(app, 'late@example.com', 'admin');
    const late = new TestBrowser(app, person.session);
    const page = await late.open('/console/audit?action=license.suspended&done=confirmed');
    const isFiltered = (shown: PageAnswer) => new Set(actionsOn(shown)).size === 1;
    assert.ok(isFiltered(page));
    const wrong = await late.submit(page, '/console/audit/export', { from: '2026-02-01', to: '2026-01-01' });
    assert.equal(wrong.status, 400);
    assert.ok(isFiltered(wrong));
    assert.equal(wrong.actionOf('/console/audit/export'), '/console/audit/export?action=license.suspended');
    app.clock.advance(11 * 60_000);
    const asked = await late.submit(wrong, '/console/audit/export', { from: '2026-01-01', to: '' });
    const again = await late.submit(asked, '/console/audit/export', { password: PASSWORD });
    assert.deepEqual([again.text('h1'), again.form('/console/audit/export').from], ['Audit log', '2026-01-01']);
    assert.ok(isFiltered(again));
  });

  it('is for people with its scope', async () => {
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    const refused = await support.open('/console/audit');
    assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
    assert.doesNotMatch((await support.open('/console')).body, /href="\/console\/audit"/);
  });
});
