import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Role } from '../../src/domain/access/scope.ts';
import { Instant } from '../../src/domain/shared/instant.ts';
import { startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, joinAs, type PageAnswer, TestBrowser, textOf } from './browser.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;
const BEYOND_LATIN_1 = 'Zoë Żółć – 名𝒜 🔑';

describe('The overview', () => {
  let app: TestApp;
  let reader: TestBrowser;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off' });
    reader = new TestBrowser(app, (await joinAs(app, 'reader@example.com', 'reader')).session);
  });
  after(() => app[Symbol.asyncDispose]());

  const numberOf = (page: PageAnswer, label: string): string => {
    const term = page.all('dt').find((element) => textOf(element) === label);
    const parent = term?.parentNode ?? assert.fail(`no ${label}`);
    return textOf(parent).slice(label.length);
  };
  const measure = () => app.useCases.recordDailyCounts.measure(async () => {});

  it('shows that there is nothing yet, also after a measurement that a shutdown has stopped', async () => {
    await app.useCases.recordDailyCounts.measure(
      async () => {},
      () => true,
    );
    const page = await reader.open('/console');
    assert.equal(page.status, 200);
    page.assertValid();
    assert.match(numberOf(page, 'Active licenses'), /^–/);
    assert.match(numberOf(page, 'Validations today'), /^0/);
    assert.match(page.text('main') ?? '', /No license ends within 30 days\./);
    assert.match(page.text('main') ?? '', /None in 30 days\. Your application asks POST \/licenses\/validate/);
    assert.match(page.text('main') ?? '', /None in 30 days\. Each log-in, and each that fails, is counted here\./);
    assert.match(page.text('main') ?? '', /None yet\. A license that you issue/);
    assert.doesNotMatch(page.body, /href="\/console\/audit/, 'not for a reader');
  });

  it('counts validations by code, log-ins, licenses and seats', async () => {
    const owner = await joinAs(app, 'owner@example.com');
    await app.call('PATCH', `/users/${owner.id}`, { json: { name: BEYOND_LATIN_1 } });
    const issued = await app.call('POST', `/users/${owner.id}/licenses`, {
      json: { product: HOSTILE, max_activations: 5, expires_at: '2026-01-11T00:00:00Z' },
    });
    assert.equal(issued.status, 201, issued.body);
    const { id, license_key: key } = issued.json();
    await app.call('PUT', `/licenses/${id}/activations/4f3a91c2e07b5d68`, {
      headers: { authorization: `License ${key}` },
    });
    const validate = (json: object) => app.call('POST', '/licenses/validate', { json });
    for (let n = 0; n < 3; n += 1) await validate({ license_key: key, fingerprint: '4f3a91c2e07b5d68' });
    await validate({ license_key: key, fingerprint: 'another' });
    await validate({ license_key: 'no key' });
    await app.call('POST', '/sessions', { json: { email: 'owner@example.com', password: 'wrong' } });
    await app.useCases.recordDailyCounts.execute();
    await app.useCases.recordDailyCounts.execute();
    await measure();
    await measure();
    app.clock.advance(5_000);

    const page = await reader.open('/console');
    page.assertValid();
    assert.match(numberOf(page, 'Active licenses'), /^11 issued, 0 ended in 30 days/);
    assert.match(numberOf(page, 'Seats in use'), /^1of 5 sold/);
    const ending = page.all('a').find((link) => textOf(link) === 'All within 30 days') ?? assert.fail('no link');
    assert.match(attributeOf(ending, 'href') ?? '', /&expires_before=2026-02-01$/, 'midnight after the thirtieth day');
    assert.match(numberOf(page, 'Validations today'), /^55 in 30 days/);
    assert.match(numberOf(page, 'Failed log-ins today'), /^11 in 30 days/);
    assert.match(page.text('main') ?? '', /VALID3360\.0 %/);
    assert.match(page.text('main') ?? '', /NOT_ACTIVATED1120\.0 %/);
    assert.match(page.text('main') ?? '', /Other1120\.0 %/);
    assert.ok(page.text('main')?.includes(`${BEYOND_LATIN_1}${HOSTILE} · 5 seats`));
  });

  it('loads the script only where something reacts to it', async () => {
    const scriptsOf = (page: PageAnswer) => page.all('script').length;
    assert.equal(scriptsOf(await reader.open('/console')), 0);
    assert.equal(scriptsOf(await reader.open('/console?done=staff-changed')), 1);
  });

  it('counts a license that has ended on the day of its end', async () => {
    app.clock.advance(10 * 86_400_000 + 3_600_000);
    await measure();
    const person = new TestBrowser(app, (await joinAs(app, 'later@example.com', 'reader')).session);
    const page = await person.open('/console');
    assert.match(numberOf(page, 'Active licenses'), /^01 issued, 1 ended in 30 days/);
    assert.match(numberOf(page, 'Seats in use'), /^0of 0 sold/);
    assert.match(numberOf(page, 'Validations today'), /^05 in 30 days/);
  });

  it('is read again when it is five seconds old, and states its time', async () => {
    const admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
    app.clock.advance(5_000);
    const first = await admin.open('/console');
    const readAt = first.all('time')[0] ?? assert.fail('no time');
    assert.equal(attributeOf(readAt, 'datetime'), Instant.format(app.clock.now()));
    assert.equal(textOf(readAt), app.clock.now().slice(11, 19));
    await app.call('POST', '/sessions', { json: { email: 'admin@example.com', password: 'wrong' } });
    await app.useCases.recordDailyCounts.execute();
    app.clock.advance(4_999);
    assert.match(numberOf(await admin.open('/console'), 'Failed log-ins today'), /^0/);
    app.clock.advance(1);
    assert.match(numberOf(await admin.open('/console'), 'Failed log-ins today'), /^1/);
  });

  it('shows the audit log to admins only, also within the five seconds of an admin’s', async () => {
    const browserOf = async (role: Role) => {
      const { session } = await joinAs(app, `${role}.of.all@example.com`, role);
      return new TestBrowser(app, session);
    };
    const staff = {
      admin: await browserOf('admin'),
      reader: await browserOf('reader'),
      support: await browserOf('support'),
    };
    app.clock.advance(5_000);
    for (const role of ['admin', 'reader', 'support', 'admin', 'reader'] as const) {
      const page = await staff[role].open('/console');
      assert.equal(/href="\/console\/audit/.test(page.body), role === 'admin', role);
      assert.equal(/Audit entries/.test(page.body), role === 'admin', role);
      assert.equal(/href="\/console\/licenses\/new"/.test(page.body), role !== 'reader', role);
      assert.ok(page.body.includes(`${role}.of.all@example.com`));
    }
  });

  it('is rejected once the session has ended or the role is removed, at any age', async () => {
    const { session } = await joinAs(app, 'leaver@example.com', 'admin');
    const leaver = new TestBrowser(app, session);
    assert.equal((await leaver.open('/console')).status, 200);
    await app.call('DELETE', '/sessions', { session });
    assert.match((await leaver.open('/console')).location ?? '', /^\/login/);

    const person = await joinAs(app, 'former@example.com', 'reader');
    const former = new TestBrowser(app, person.session);
    assert.equal((await former.open('/console')).status, 200);
    assert.equal((await app.call('DELETE', `/staff/${person.id}`)).status, 204);
    const refused = await former.open('/console');
    assert.equal(refused.status, 403);
    assert.doesNotMatch(refused.body, /Active licenses/);
  });
});
