import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, joinAs, type PageAnswer, TestBrowser, textOf } from './browser.ts';

const EXPIRED = 'This form has expired. Please send it again.';
const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;`;

type License = Readonly<{ id: string; license_key: string }>;

describe('The pages of licenses', () => {
  let app: TestApp;
  let admin: TestBrowser;
  let owner: string;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
    owner = (await joinAs(app, 'owner@example.com')).id;
  });
  after(() => app[Symbol.asyncDispose]());

  const issue = async (terms: object = {}): Promise<License> => {
    const answer = await app.call('POST', `/users/${owner}/licenses`, { json: terms, bearer: ADMIN_KEY });
    assert.equal(answer.status, 201, answer.body);
    return answer.json();
  };
  const activate = ({ id, license_key: key }: License, fingerprint: string, name?: string) =>
    app.call('PUT', `/licenses/${id}/activations/${encodeURIComponent(fingerprint)}`, {
      json: { name },
      headers: { authorization: `License ${key}` },
    });
  const linksOf = (page: PageAnswer) =>
    page.all('a').flatMap(({ attrs }) => attrs.find(({ name }) => name === 'href')?.value ?? []);

  it('issue a license by the address of its owner, and show it', async () => {
    const form = await admin.open('/console/licenses/new');
    const unknown = await admin.submit(form, '/console/licenses/new', {
      email: 'unknown@example.com',
      product: 'editor',
    });
    assert.equal(unknown.status, 404);
    assert.match(unknown.errorOf('email') ?? '', /is that of no account/);
    assert.equal(unknown.form('/console/licenses/new').product, 'editor');
    const both = await admin.submit(form, '/console/licenses/new', {
      email: 'OWNER@example.com',
      days: '30',
      expires_at: '2027-01-01',
    });
    assert.deepEqual([both.status, both.errorOf('expires_at')], [422, 'Say either Ends on or Days.']);
    for (const day of ['2027-02-30', '9999-12-31', '1969-12-31']) {
      const noDay = await admin.submit(form, '/console/licenses/new', { starts_at: day });
      assert.equal(noDay.errorOf('starts_at'), 'Starts on must be a day such as 2027-01-31, from 1970 to 9998.');
    }
    const huge = await admin.submit(form, '/console/licenses/new', { max_activations: '9'.repeat(21) });
    assert.equal(huge.errorOf('max_activations'), 'Seats must be a whole number of at most 9 digits.');
    const entries = {
      email: 'owner@example.com',
      product: 'editor',
      days: '30',
      max_activations: '5',
      entitlements: 'export-pdf, plugins',
    };
    const issued = await admin.submit(form, '/console/licenses/new', entries);
    assert.match(issued.location ?? '', /^\/console\/licenses\/[0-9a-f-]{36}\?done=license-issued$/);
    const again = await admin.submit(form, '/console/licenses/new', entries);
    assert.equal(again.location, issued.location, 'the same form is one license');
    assert.deepEqual([again.body, again.headers['content-type']], [issued.body, issued.headers['content-type']]);
    const page = await admin.open(issued.location ?? '');
    page.assertValid();
    assert.equal(page.text('p', ['role', 'status']), 'The license was issued.');
    for (const text of ['export-pdf', 'plugins', '0 / 5', 'owner@example.com'])
      assert.ok(page.body.includes(text), text);
    assert.match(page.text('ol', ['class', 'timeline']) ?? '', /Issued.*admin@example\.com, admin/s);
  });

  it('take the owner from the page of an account', async () => {
    const form = await admin.open(`/console/licenses/new?owner=${owner}`);
    assert.equal(form.form('/console/licenses/new').email, 'owner@example.com');
    for (const unknown of ['x', '%00', '01a2272e-3183-7688-9bdd-6ea6a7e5c20e']) {
      const blank = await admin.open(`/console/licenses/new?owner=${unknown}`);
      assert.deepEqual([blank.status, blank.form('/console/licenses/new').email], [200, '']);
    }
  });

  it('list with filters and tabs, page by page, and mask the keys', async () => {
    const wanted = await issue({ product: 'listed', expires_at: '2026-03-01T00:00:00Z' });
    for (let count = 0; count < 50; count += 1) await issue({ product: 'listed', expires_at: '2026-06-01T00:00:00Z' });
    await issue({ product: 'other', expires_at: '2026-03-01T00:00:00Z' });
    const first = await admin.open('/console/licenses?product=listed');
    const next = linksOf(first).find((href) => href.includes('cursor='));
    assert.ok(!first.body.includes(wanted.license_key) && first.body.includes(wanted.license_key.slice(-4)));
    const second = await admin.open(next ?? assert.fail('no next page'));
    assert.deepEqual([first.all('tr').length, second.all('tr').length], [51, 2]);
    const soon = await admin.open('/console/licenses?product=listed&status=active&expires_before=2026-05-01');
    assert.deepEqual([soon.all('tr').length, linksOf(soon).includes(`/console/licenses/${wanted.id}`)], [2, true]);
    assert.ok(linksOf(soon).includes('/console/licenses?status=suspended&product=listed&expires_before=2026-05-01'));
    assert.match((await admin.open('/console/licenses?status=revoked&product=listed')).body, /No license is like this/);
  });

  it('say what is wrong with a filter, and export nothing then', async () => {
    for (const day of ['soon', '9999-12-31', '2026-02-30']) {
      const page = await admin.open(`/console/licenses?expires_before=${day}`);
      assert.deepEqual([page.status, page.text('h1')], [422, 'Licenses'], day);
      assert.match(page.errorOf('expires_before') ?? '', /^Ends before must be a day/);
      page.assertValid();
    }
    for (const path of ['/console/licenses', '/console/licenses.csv']) {
      const page = await admin.open(`${path}?status=unheard-of`);
      assert.equal(page.status, 400);
      assert.match(page.text('main') ?? '', /status must be one of active, /);
      assert.ok(linksOf(page).includes(path), 'the page without the filter');
    }
  });

  it('find a license by its key, which stands in no address', async () => {
    const { id, license_key: key } = await issue();
    const list = await admin.open('/console/licenses');
    const found = await admin.submit(list, '/console/licenses', { license_key: key.toLowerCase() });
    assert.deepEqual([found.status, found.location], [303, `/console/licenses/${id}`]);
    const typo = await admin.submit(list, '/console/licenses', { license_key: HOSTILE });
    assert.equal(typo.status, 400);
    assert.match(typo.errorOf('license_key') ?? '', /This is no license key/);
    assert.match(typo.body, /<input id="license_key" [^>]*aria-invalid="true"/);
    assert.equal(typo.body.split('role="alert"').length, 2, 'it is said once');
    typo.assertValid();
    const unknown = '46CFM-96F2H-X1ZVQ-TYNW4-DD66J-K8QST';
    const none = await admin.submit(list, '/console/licenses', { license_key: unknown });
    assert.equal(none.status, 404);
    assert.match(none.errorOf('license_key') ?? '', /There is no such license/);
    assert.equal(none.all('form').length > 2, true, 'on the list');
  });

  it('offer what the license allows now', async () => {
    const { id } = await issue({ expires_at: '2030-01-01T00:00:00Z' });
    const path = `/console/licenses/${id}`;
    const offered = async () => {
      const page = await admin.open(path);
      const forms = page.all('form').map(({ attrs }) => attrs.find(({ name }) => name === 'action')?.value ?? '');
      return [...forms, ...linksOf(page)]
        .flatMap((place) => (place.startsWith(`${path}/`) ? place.slice(path.length + 1) : []))
        .sort();
    };
    assert.deepEqual(await offered(), ['file', 'key', 'mail', 'renew', 'revoke', 'suspend', 'terms']);
    await app.call('POST', `/users/${owner}/ban`, { json: {}, bearer: ADMIN_KEY });
    assert.deepEqual(await offered(), ['key', 'revoke', 'suspend', 'terms']);
    await app.call('POST', `/users/${owner}/unban`, { json: {}, bearer: ADMIN_KEY });
    await app.call('POST', `/licenses/${id}/suspend`, { bearer: ADMIN_KEY });
    assert.deepEqual(await offered(), ['key', 'mail', 'reinstate', 'renew', 'revoke', 'terms']);
    await app.call('POST', `/licenses/${id}/revoke`, { bearer: ADMIN_KEY });
    assert.deepEqual(await offered(), ['key']);
  });

  it('say of each state only what holds in it', async () => {
    const begun = { starts_at: '2025-06-01T00:00:00Z', expires_at: '2030-01-01T00:00:00Z' };
    const { id, license_key } = await issue({ ...begun, grace_days: 7, max_activations: 2 });
    const [path, call] = [`/console/licenses/${id}`, { bearer: ADMIN_KEY }];
    const change = (json: object) => app.call('PATCH', `/licenses/${id}`, { ...call, json });
    const shown = async (place = path) => (await admin.open(place)).text('main') ?? '';
    const takesSeats = /takes one when it activates/;
    assert.match(await shown(), takesSeats);
    await app.call('POST', `/licenses/${id}/suspend`, call);
    assert.doesNotMatch(await shown(), takesSeats);
    assert.match(await shown(`${path}/renew`), /It stays suspended until you reinstate it\./);
    await app.call('POST', `/licenses/${id}/reinstate`, call);
    await app.call('POST', `/users/${owner}/ban`, { ...call, json: {} });
    assert.doesNotMatch(await shown(), takesSeats);
    assert.doesNotMatch(await shown(), /answer SUSPENDED/);
    await app.call('POST', `/users/${owner}/unban`, { ...call, json: {} });
    await activate({ id, license_key }, 'one');
    await activate({ id, license_key }, 'two');
    assert.match(await shown(), /Download file/);
    await change({ max_activations: 1 });
    assert.match(await shown(), /Too many machines\. Validations answer TOO_MANY_ACTIVATIONS/);
    assert.doesNotMatch(await shown(), /Download file/);
    await change({ max_activations: 2, expires_at: '2025-12-31T00:00:00Z' });
    assert.match(await shown(), /In grace\./);
    assert.doesNotMatch(await shown(), /Download file/, 'there is no file in the grace period');
    const { status } = await app.call('POST', `/licenses/${id}/checkout`, { ...call, json: { fingerprint: 'one' } });
    assert.equal(status, 409);
    for (const fingerprint of ['one', 'two'])
      await app.call('DELETE', `/licenses/${id}/activations/${fingerprint}`, call);
    assert.match(await shown(), takesSeats);
    await change({ grace_days: 0 });
    assert.match(await shown(), /Expired\./);
    assert.doesNotMatch(await shown(), takesSeats);
    await app.call('POST', `/licenses/${id}/revoke`, call);
    assert.doesNotMatch(await shown(), takesSeats);
  });

  it('show no end of the term of a revoked license, which does not run to it', async () => {
    const term = { product: 'gone', starts_at: '2025-06-01T00:00:00Z', expires_at: '2031-05-04T00:00:00Z' };
    const { id } = await issue(term);
    const customer = await joinAs(app, 'former-customer@example.com');
    const own = (
      await app.call('POST', `/users/${customer.id}/licenses`, { bearer: ADMIN_KEY, json: term })
    ).json() as License;
    const places = [
      [admin, '/console/licenses?product=gone'],
      [admin, `/console/accounts/${customer.id}`],
      [new TestBrowser(app, customer.session), '/account/licenses'],
    ] as const;
    for (const [browser, path] of places) assert.match((await browser.open(path)).text('table') ?? '', /4 May 2031/);
    for (const license of [id, own.id]) await app.call('POST', `/licenses/${license}/revoke`, { bearer: ADMIN_KEY });
    for (const [browser, path] of places) {
      const table = (await browser.open(path)).text('table') ?? '';
      assert.match(table, /Revoked.*revoked/s, path);
      assert.doesNotMatch(table, /2031/, path);
    }
    const facts = (await admin.open(`/console/licenses/${id}`)).text('dl') ?? '';
    assert.match(facts, /Runsno longer; the term was 1 Jun 2025 to 4 May 2031/);
    const csv = await admin.open('/console/licenses.csv?product=gone');
    assert.match(csv.body, /,revoked,.*2031-05-04T00:00:00Z/, 'the stored terms');
  });

  it('say why a button did nothing', async () => {
    const { id } = await issue();
    const path = `/console/licenses/${id}`;
    const page = await admin.open(path);
    assert.equal((await admin.submit(page, `${path}/suspend`)).status, 303);
    const again = await admin.submit(page, `${path}/suspend`, { form_key: '' });
    assert.equal(again.status, 409);
    assert.equal(
      again.text('p', ['role', 'alert']),
      'Only an active license can be suspended, and this one is suspended.',
    );
    again.assertValid();
    const expired = await admin.submit(page, `${path}/key`, { form_token: '' });
    assert.deepEqual([expired.status, expired.text('p', ['role', 'alert'])], [403, EXPIRED]);
  });

  it('show a key by POST alone, and write down who has seen it', async () => {
    const { id, license_key: key } = await issue();
    const path = `/console/licenses/${id}`;
    const page = await admin.open(path);
    assert.ok(!page.body.includes(key));
    const shown = await admin.submit(page, `${path}/key`);
    assert.equal(shown.status, 200);
    assert.equal(shown.text('code', ['id', 'license-key']), key);
    assert.match(shown.text('ol', ['class', 'timeline']) ?? '', /Key shown/);
    assert.ok(!(await admin.open(path)).body.includes(key), 'once');
  });

  it('send a key to the owner: at the issue where the box is ticked, and by a button', async () => {
    const sent = async () => {
      await app.deliverMail();
      return app.post.sent.filter(({ mail }) => mail.subject === 'Your license key').map(({ mail }) => mail.to);
    };
    const before = (await sent()).length;
    const form = await admin.open('/console/licenses/new');
    const email = 'owner@example.com';
    await admin.submit(await admin.open('/console/licenses/new'), '/console/licenses/new', { email });
    assert.equal((await sent()).length, before, 'not without the box');
    const issued = await admin.submit(form, '/console/licenses/new', { email, notify: 'on' });
    const [path = ''] = (issued.location ?? '').split('?', 1);
    assert.deepEqual((await sent()).slice(before), [email]);
    const page = await admin.open(path);
    const mailed = await admin.submit(page, `${path}/mail`);
    assert.equal(mailed.location, `${path}?done=license-mailed`);
    assert.equal((await admin.submit(page, `${path}/mail`)).location, mailed.location);
    assert.deepEqual((await sent()).slice(before), [email, email], 'the same form is one email');
    const after = await admin.open(mailed.location ?? '');
    assert.equal(after.text('p', ['role', 'status']), 'The license key is on its way to the owner.');
    assert.match(after.text('ol', ['class', 'timeline']) ?? '', /Key sent by email.*admin@example\.com, admin/s);

    await app.call('POST', `${path.replace('/console', '')}/revoke`, { bearer: ADMIN_KEY });
    const refused = await admin.submit(page, `${path}/mail`);
    assert.equal(refused.status, 303, 'a repetition');
    const again = await admin.submit(after, `${path}/mail`);
    assert.equal(again.status, 409);
    assert.match(again.text('p', ['class', 'note bad']) ?? '', /revoked/i);
    assert.ok(!(await admin.open(path)).body.includes(`${path}/mail`), 'no button for a revoked license');
  });

  it('show in the history that the owner got a notice of the end', async () => {
    await using other = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY, EXPIRY_NOTICES: 'on' });
    const reader = new TestBrowser(other, (await joinAs(other, 'reader@example.com', 'reader')).session);
    const { id: userId } = await joinAs(other, 'owner@example.com');
    const terms = { bearer: ADMIN_KEY, json: { expires_at: '2026-01-11T00:00:00Z' } };
    const { id } = (await other.call('POST', `/users/${userId}/licenses`, terms)).json();
    await other.useCases.sendExpiryNotices.execute(async () => {});
    const history = (await reader.open(`/console/licenses/${id}`)).text('ol', ['class', 'timeline']) ?? '';
    assert.match(history, /Email to the owner: the license ends/);
    assert.equal(history.split('Email').length, 2);
  });

  it('move a license: terms, renewal, suspension, reinstatement, revocation', async () => {
    const license = await issue({ product: 'editor', expires_at: '2026-03-01T12:34:56Z' });
    const path = `/console/licenses/${license.id}`;
    const terms = await admin.open(`${path}/terms`);
    const wrong = await admin.submit(terms, `${path}/terms`, { grace_days: '1000' });
    assert.deepEqual(
      [wrong.status, wrong.errorOf('grace_days')],
      [422, 'Days of grace must be a whole number from 0 to 365.'],
    );
    const changed = await admin.submit(terms, `${path}/terms`, { max_activations: '3', grace_days: '7' });
    assert.equal(changed.location, `${path}?done=license-changed`);
    const now = (await app.call('GET', `/licenses/${license.id}`, { bearer: ADMIN_KEY })).json();
    assert.deepEqual(
      [now.max_activations, now.grace_days, now.expires_at],
      [3, 7, '2026-03-01T12:34:56Z'],
      'the end stays',
    );
    const renewal = await admin.open(`${path}/renew`);
    const neither = await admin.submit(renewal, `${path}/renew`, { days: '' });
    assert.deepEqual([neither.status, neither.errorOf('expires_at')], [422, 'Say either New end or Days.']);
    const day = await admin.submit(renewal, `${path}/renew`, { expires_at: '2027-03-01' });
    assert.equal(day.location, `${path}?done=license-renewed`, 'the days that it shows give way to an end');
    const both = await admin.submit(await admin.open(`${path}/renew`), `${path}/renew`, {
      expires_at: '2028-03-01',
      days: '30',
    });
    assert.deepEqual([both.status, both.errorOf('expires_at')], [422, 'Say either New end or Days.']);
    const again = await admin.submit(await admin.open(`${path}/renew`), `${path}/renew`);
    assert.equal(again.location, `${path}?done=license-renewed`);

    const suspended = await admin.submit(await admin.open(path), `${path}/suspend`);
    assert.equal(suspended.location, `${path}?done=license-suspended`);
    const page = await admin.open(path);
    assert.match(page.text('p', ['class', 'note warn']) ?? '', /^Suspended\./);
    const twice = await admin.submit(page, `${path}/reinstate`);
    assert.equal(twice.location, `${path}?done=license-reinstated`);
    const late = await admin.submit(page, `${path}/reinstate`, { form_key: '' });
    assert.equal(late.status, 409);

    const mistyped = await admin.submit(await admin.open(path), `${path}/revoke`, { confirm: 'XXXX' });
    assert.equal(mistyped.status, 400);
    assert.match(mistyped.errorOf('revoke-confirm') ?? '', /not the last four/);
    const end = license.license_key.slice(-4).toLowerCase();
    const revoked = await admin.submit(await admin.open(path), `${path}/revoke`, { confirm: end });
    assert.equal(revoked.location, `${path}?done=license-revoked`);
    const last = await admin.open(path);
    assert.match(last.text('p', ['class', 'note bad']) ?? '', /^Revoked\./);
    assert.doesNotMatch(last.body, /Suspend license|Change terms|Download file/);
    for (const what of ['Revoked', 'Reinstated', 'Suspended', 'Renewed', 'Terms changed', 'max activations none → 3']) {
      assert.ok(last.text('ol', ['class', 'timeline'])?.includes(what), what);
    }
  });

  it('renew once where two colleagues have read the same end', async () => {
    const { id } = await issue({ expires_at: '2026-03-01T00:00:00Z' });
    const path = `/console/licenses/${id}`;
    const endOf = async () => (await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY })).json().expires_at;
    const [first, second] = [await admin.open(`${path}/renew`), await admin.open(`${path}/renew`)];
    for (const press of ['one', 'the same again']) {
      const renewed = await admin.submit(first, `${path}/renew`);
      assert.deepEqual([renewed.status, renewed.location], [303, `${path}?done=license-renewed`], press);
    }
    const late = await admin.submit(second, `${path}/renew`);
    assert.deepEqual(
      [late.status, late.text('p', ['role', 'alert'])],
      [
        412,
        'Someone changed this after the page was opened. Your entries were not saved. Its present end is 1 Mar 2027.',
      ],
    );
    assert.equal(await endOf(), '2027-03-01T00:00:00Z');
    late.assertValid();
    const wrong = await admin.submit(second, `${path}/renew`, { days: 'many', form_key: '' });
    assert.deepEqual([wrong.status, wrong.errorOf('days')], [400, 'Days must be a whole number of at most 9 digits.']);
    assert.match(wrong.text('div', ['role', 'alert']) ?? '', /Its present end is 1 Mar 2027\./);
    const meant = await admin.submit(late, `${path}/renew`);
    assert.deepEqual([meant.location, await endOf()], [`${path}?done=license-renewed`, '2028-02-29T00:00:00Z']);
    const forged = await admin.submit(late, `${path}/renew`, { shown: '', form_key: '' });
    assert.equal(forged.status, 412);
    const before = await admin.open(`${path}/renew`);
    await app.call('POST', `/licenses/${id}/renew`, { bearer: ADMIN_KEY, json: { days: 1 } });
    await app.call('POST', `/licenses/${id}/revoke`, { bearer: ADMIN_KEY });
    const revoked = await admin.submit(before, `${path}/renew`);
    assert.match(revoked.text('p', ['role', 'alert']) ?? '', /revoked.*Its present end is 1 Mar 2028\./);
  });

  it('change only the terms that were changed in the form, and undo no change of a colleague', async () => {
    const { id } = await issue({ product: 'editor ', expires_at: '2026-03-01T12:34:56Z', entitlements: ['export'] });
    const path = `/console/licenses/${id}`;
    const first = await admin.submit(await admin.open(`${path}/terms`), `${path}/terms`, { max_activations: '4' });
    assert.equal(first.location, `${path}?done=license-changed`);
    const { product } = (await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY })).json();
    assert.equal(product, 'editor ', 'a space at its end stays');
    await admin.submit(await admin.open(`${path}/terms`), `${path}/terms`, { product: 'editor' });
    const mended = (await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY })).json();
    assert.equal(mended.product, 'editor', 'until it is removed');
    const terms = await admin.open(`${path}/terms`);
    const meanwhile = { expires_at: '2028-03-01T00:00:00Z', grace_days: 9, entitlements: ['export', 'sso'] };
    await app.call('PATCH', `/licenses/${id}`, { bearer: ADMIN_KEY, json: meanwhile });
    const changed = await admin.submit(terms, `${path}/terms`, { max_activations: '3', product: '' });
    assert.equal(changed.location, `${path}?done=license-changed`);
    const now = (await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY })).json();
    assert.deepEqual(
      [now.expires_at, now.grace_days, now.entitlements, now.max_activations, now.product],
      ['2028-03-01T00:00:00Z', 9, ['export', 'sso'], 3, null],
    );
  });

  it('keep the start of a scheduled license until another day is entered', async () => {
    const { id } = await issue({ starts_at: '2031-03-01T12:00:00Z' });
    const path = `/console/licenses/${id}/terms`;
    const page = await admin.open(path);
    assert.equal(page.form(path).starts_at, '2031-03-01');
    const blank = await admin.submit(page, path, { starts_at: '' });
    assert.deepEqual([blank.status, blank.errorOf('starts_at')], [400, 'Starts on is required.']);
    const startOf = async () => (await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY })).json().starts_at;
    await admin.submit(page, path, { grace_days: '1' });
    assert.equal(await startOf(), '2031-03-01T12:00:00Z');
    await admin.submit(page, path, { starts_at: '2031-04-01', form_key: '' });
    assert.equal(await startOf(), '2031-04-01T00:00:00Z');

    const soon = await issue({ starts_at: '2026-01-01T00:10:00Z' });
    const terms = `/console/licenses/${soon.id}/terms`;
    const before = await admin.open(terms);
    app.clock.advance(11 * 60_000);
    const wrong = await admin.submit(before, terms, { grace_days: '1000' });
    assert.equal(wrong.status, 422);
    const changed = await admin.submit(wrong, terms, { grace_days: '7' });
    assert.equal(changed.location, `/console/licenses/${soon.id}?done=license-changed`, 'it has begun meanwhile');
  });

  it('show machines with hostile names, and free their seats', async () => {
    const license = await issue({ max_activations: 2, product: HOSTILE, metadata: { note: HOSTILE } });
    const fingerprint = '<b>"/?#&';
    assert.equal((await activate(license, fingerprint, HOSTILE)).status, 201);
    const path = `/console/licenses/${license.id}`;
    const page = await admin.open(path);
    page.assertValid();
    assert.ok(page.body.includes('1 / 2'));
    (await admin.open('/console/licenses')).assertValid();
    (await admin.open(`/console/licenses?product=${encodeURIComponent(HOSTILE)}`)).assertValid();
    const freed = await admin.submit(page, `${path}/machines/free`);
    assert.equal(freed.location, `${path}?done=machine-freed`);
    assert.match((await admin.open(path)).body, /No machine holds a seat/);
  });

  it('lead to the other machines from the answer to a form too', async () => {
    const license = await issue();
    for (let nth = 10; nth <= 60; nth += 1) await activate(license, `machine-${nth}`);
    const path = `/console/licenses/${license.id}`;
    const shown = await admin.submit(await admin.open(path), `${path}/key`);
    const next = shown.all('a').find((link) => attributeOf(link, 'rel') === 'next');
    const address = next && attributeOf(next, 'href');
    assert.match(address ?? '', new RegExp(`^${path}\\?cursor=`));
    const rest = await admin.open(address ?? '');
    assert.deepEqual([rest.status, rest.body.includes('machine-60')], [200, true]);

    const file = { fingerprint: 'machine-60', days: '0' };
    const rejected = await admin.submit(rest, `${path}/file`, file);
    const chosen = rejected.all('option').filter((option) => attributeOf(option, 'selected') !== undefined);
    assert.deepEqual(
      chosen.map((option) => attributeOf(option, 'value')),
      ['machine-60'],
      'not a machine of the first page',
    );

    const query = address?.slice(path.length) ?? '';
    const freed = await admin.submit(rest, `${path}/machines/free${query}`);
    assert.equal(freed.location, `${path}${query}&done=machine-freed`);
    const empty = await admin.open(freed.location ?? '');
    const machines = empty.text('section', ['aria-labelledby', 'machines']) ?? '';
    assert.deepEqual([machines.includes('Nothing more here'), machines.includes('No machine')], [true, false]);
    assert.ok(linksOf(empty).includes(path), 'the first part of the list');
  });

  it('distinguish machines of one name where a file is made', async () => {
    const license = await issue();
    for (const fingerprint of ['m1', '0123456789abcdef']) await activate(license, fingerprint, 'MacBook');
    await activate(license, 'without-a-name');
    const page = await admin.open(`/console/licenses/${license.id}`);
    assert.deepEqual(page.all('option').map(textOf), [
      'Any machine',
      'MacBook (…89abcdef)',
      'MacBook (m1)',
      'without-a-name',
    ]);
  });

  it('say why a form failed whose place on the page is gone', async () => {
    const license = await issue({ max_activations: 1 });
    await activate(license, 'machine-1');
    const path = `/console/licenses/${license.id}`;
    // A revocation takes a session that has just begun.
    const browser = new TestBrowser(app, (await joinAs(app, 'late@example.com', 'admin')).session);
    const page = await browser.open(path);
    await app.call('POST', `/licenses/${license.id}/suspend`, { bearer: ADMIN_KEY });
    const alertsOf = (answer: PageAnswer) =>
      answer.all('p').flatMap((text) => (attributeOf(text, 'role') === 'alert' ? textOf(text) : []));
    const file = await browser.submit(page, `${path}/file`, { fingerprint: 'machine-1' });
    assert.deepEqual([file.status, alertsOf(file).length], [409, 1]);
    assert.match(alertsOf(file)[0] ?? '', /suspended/);
    await app.call('POST', `/licenses/${license.id}/revoke`, { bearer: ADMIN_KEY });
    const revoked = await browser.submit(page, `${path}/revoke`, { confirm: license.license_key.slice(-4) });
    assert.deepEqual([revoked.status, alertsOf(revoked).length], [409, 1]);
    assert.match(alertsOf(revoked)[0] ?? '', /revoked/);
  });

  it('give out an offline file', async () => {
    const license = await issue({ max_activations: 1 });
    await activate(license, 'machine-1', 'Front desk');
    const path = `/console/licenses/${license.id}`;
    const page = await admin.open(path);
    for (const days of ['0', '31']) {
      const rejected = await admin.submit(page, `${path}/file`, { days });
      assert.deepEqual([rejected.status, rejected.errorOf('file-days')], [400, 'Days must be from 1 to 30.']);
    }
    const file = await admin.submit(page, `${path}/file`, { fingerprint: 'machine-1', days: '2' });
    assert.deepEqual(
      [file.status, file.headers['content-disposition'], file.headers['cache-control']],
      [200, `attachment; filename="license-${license.id}.lic"`, 'no-store'],
    );
    const claims = JSON.parse(Buffer.from(file.body.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(claims.exp - claims.iat, 2 * 86_400);
    const refused = await admin.submit(page, `${path}/file`, { fingerprint: 'machine-2' });
    assert.equal(refused.status, 409);
    assert.match(refused.text('p', ['role', 'alert']) ?? '', /not activated/);
  });

  it('ASVS 1.2.10: export what the filter finds, with formulas as text, and write that down', async () => {
    const { id } = await issue({ product: '=1+1,"x"' });
    await issue({ product: 'not exported' });
    const csv = await admin.open(`/console/licenses.csv?product=${encodeURIComponent('=1+1,"x"')}`);
    assert.deepEqual(
      [csv.status, csv.headers['content-type'], csv.headers['content-disposition']],
      [200, 'text/csv; charset=utf-8', 'attachment; filename="licenses.csv"'],
    );
    const [head, line, ...rest] = csv.body.split('\r\n');
    assert.match(head ?? '', /^id,key_ends_in,status,owner,user_id,product,.*,last_validated_at,owner_banned$/);
    assert.ok(line?.startsWith(`${id},`) && line.includes(`,owner@example.com,${owner},"'=1+1,""x""",`), line);
    assert.deepEqual(rest, ['']);
    const log = await app.call('GET', '/audit?action=list.exported', { bearer: ADMIN_KEY });
    assert.deepEqual(log.json()[0].changes, [{ field: 'list', after: 'licenses' }]);
  });

  it('export whether the owner of a license is banned, which its status does not say', async () => {
    const { id } = await joinAs(app, 'banned-owner@example.com');
    const call = { bearer: ADMIN_KEY, json: { product: 'of-banned' } };
    await app.call('POST', `/users/${id}/licenses`, call);
    const lineOf = async () =>
      (await admin.open('/console/licenses.csv?product=of-banned')).body.split('\r\n')[1] ?? '';
    assert.match(await lineOf(), /,active,.*,false$/);
    assert.equal((await app.call('POST', `/users/${id}/ban`, { bearer: ADMIN_KEY, json: {} })).status, 200);
    assert.match(await lineOf(), /,active,.*,true$/);
  });

  it('write how many days of grace follow', async () => {
    for (const [days, text] of [
      [1, '1 day of grace follows.'],
      [2, '2 days of grace follow.'],
    ] as const) {
      const { id } = await issue({ expires_at: '2026-01-06T00:00:00Z', grace_days: days });
      const note = (await admin.open(`/console/licenses/${id}`)).text('p', ['class', 'note warn']) ?? '';
      assert.ok(note.endsWith(text), note);
    }
  });

  it('show and do what the role allows', async () => {
    const license = await issue({ expires_at: '2027-01-01T00:00:00Z' });
    const path = `/console/licenses/${license.id}`;
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    const reader = new TestBrowser(app, (await joinAs(app, 'reader@example.com', 'reader')).session);
    const forSupport = await support.open(path);
    assert.match(forSupport.body, /Suspend license/);
    assert.doesNotMatch(forSupport.body, /Revoke license|class="timeline"|Export CSV/);
    const forReader = await reader.open(path);
    assert.doesNotMatch(forReader.body, /Suspend license|Download file|Change terms/);
    const token = forReader.form('/account/log-out').form_token ?? '';
    const refused = await reader.submit(forSupport, `${path}/suspend`, { form_token: token });
    assert.deepEqual([refused.status, refused.text('h1')], [403, 'Not allowed']);
    for (const place of ['/console/licenses/new', `${path}/terms`, `${path}/renew`, '/console/licenses.csv']) {
      assert.equal((await reader.open(place)).status, 403, place);
    }
    assert.equal((await support.open('/console/licenses.csv')).status, 403);
    assert.equal((await reader.submit(forReader, `${path}/key`)).status, 200, 'the API shows readers keys too');
  });

  it('know nothing of what is not there', async () => {
    for (const id of ['x', '019a0f3e-7c1b-7d2a-9b61-3f5e8c2d4a10']) {
      for (const place of ['', '/terms', '/renew'])
        assert.equal((await admin.open(`/console/licenses/${id}${place}`)).status, 404);
    }
  });
});
