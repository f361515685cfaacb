import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { logIn } from '../http/people.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from '../http/test-app.ts';
import { attributeOf, joinAs, type PageAnswer, TestBrowser, textOf } from './browser.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

/** Where a form of a page is posted to, except that of the log-out. */
const postedTo = (form: Parameters<typeof attributeOf>[0]): string[] => {
  const action = attributeOf(form, 'action') ?? '';
  return attributeOf(form, 'method') === 'post' && action !== '/account/log-out' ? [action] : [];
};

describe('The pages of accounts and machines', () => {
  let app: TestApp;
  let admin: TestBrowser;
  before(async () => {
    app = await startTestApp({ THROTTLE: 'off', ADMIN_API_KEY: ADMIN_KEY });
    admin = new TestBrowser(app, (await joinAs(app, 'admin@example.com', 'admin')).session);
  });
  after(() => app[Symbol.asyncDispose]());

  const create = async (email: string, name: string): Promise<string> => {
    const answer = await app.call('POST', '/users', { json: { email, name }, bearer: ADMIN_KEY });
    assert.equal(answer.status, 201, answer.body);
    return answer.json().id;
  };
  const issue = async (owner: string, terms: object = {}) => {
    const answer = await app.call('POST', `/users/${owner}/licenses`, { json: terms, bearer: ADMIN_KEY });
    return answer.json() as { id: string; license_key: string };
  };
  const activate = (
    { id, license_key: key }: { id: string; license_key: string },
    fingerprint: string,
    name?: string,
  ) =>
    app.call('PUT', `/licenses/${id}/activations/${encodeURIComponent(fingerprint)}`, {
      json: { name },
      headers: { authorization: `License ${key}` },
    });
  const namesIn = (page: PageAnswer) =>
    page
      .all('a')
      .filter((link) => attributeOf(link, 'class') === 'row')
      .map(textOf);

  it('find an account by the beginning of its address or name, page by page', async () => {
    for (let nth = 10; nth < 62; nth += 1) await create(`shop.${nth}@harbour.example.com`, `Harbourline ${nth}`);
    assert.deepEqual(namesIn(await admin.open('/console/accounts?q=SHOP.11')), ['Harbourline 11']);
    const first = await admin.open('/console/accounts?q=harbourLINE');
    const next = first.all('a').find((link) => attributeOf(link, 'rel') === 'next');
    const second = await admin.open(attributeOf(next ?? assert.fail('no next page'), 'href') ?? '');
    assert.deepEqual(namesIn(second), ['Harbourline 60', 'Harbourline 61']);
    assert.equal(second.form('/console/accounts').q, 'harbourLINE');
    const none = await admin.open(`/console/accounts?q=${encodeURIComponent(HOSTILE)}`);
    none.assertValid();
    assert.match(none.body, /No account is found/);
    const forged = await admin.open('/console/accounts?q=a&cursor=x');
    assert.deepEqual([forged.status, forged.body.includes('Link header')], [400, false]);
    assert.match(forged.body, /This part of the list does not exist\./);
    assert.equal((await admin.open('/console/accounts?q=%00')).status, 200);
    const csv = await admin.open('/console/accounts.csv?q=shop.1');
    assert.equal(csv.body.trim().split('\r\n').length, 11);
    assert.match(csv.body, /,shop\.10@harbour\.example\.com,Harbourline 10,,active,,/);
    const all = await admin.open('/console/accounts.csv');
    assert.ok(all.body.includes('admin@example.com'));
  });

  it('show an account with its licenses, ban it and unban it', async () => {
    const victim = await joinAs(app, 'banned@example.com');
    const license = await issue(victim.id, { product: HOSTILE });
    const path = `/console/accounts/${victim.id}`;
    const page = await admin.open(path);
    page.assertValid();
    assert.ok(page.body.includes(`/console/licenses/${license.id}`));
    assert.ok(page.body.includes(`/console/licenses/new?owner=${victim.id}`));
    const long = await admin.submit(page, `${path}/ban`, { reason: 'x'.repeat(501) });
    assert.equal(long.status, 422);
    assert.match(long.errorOf('ban-reason') ?? '', /^Reason must be/);
    const banned = await admin.submit(page, `${path}/ban`, { reason: HOSTILE });
    assert.equal(banned.location, `${path}?done=banned`);
    const now = await admin.open(path);
    now.assertValid();
    assert.ok(now.text('p', ['class', 'note bad'])?.endsWith(`Reason: ${HOSTILE}`));
    assert.match(now.text('ol', ['class', 'timeline']) ?? '', /Banned.*admin@example\.com, admin.*Registered/s);
    assert.doesNotMatch(now.body, /licenses\/new\?owner/);
    assert.ok(page.body.includes(`${path}/reset"`));
    assert.doesNotMatch(now.body, /Send password reset/, 'a banned person cannot set a password');
    assert.match(
      (await admin.open(`/console/licenses/${license.id}`)).text('p', ['class', 'note bad']) ?? '',
      /banned/,
    );
    assert.equal((await admin.submit(now, `${path}/unban`)).location, `${path}?done=unbanned`);
    const self = await admin.open('/console/accounts?q=admin@');
    const own = self.all('a').find((link) => attributeOf(link, 'class') === 'row');
    const ownPath = attributeOf(own ?? assert.fail(), 'href') ?? '';
    const refused = await admin.submit(await admin.open(ownPath), `${ownPath}/ban`);
    assert.deepEqual([refused.status, refused.text('p', ['role', 'alert'])], [409, 'You cannot ban yourself.']);
  });

  it('keep the reason of a ban that came before', async () => {
    const path = `/console/accounts/${(await joinAs(app, 'late-ban@example.com')).id}`;
    const [stale, fresh] = [await admin.open(path), await admin.open(path)];
    for (const page of [fresh, fresh]) {
      assert.equal((await admin.submit(page, `${path}/ban`, { reason: 'fraud' })).location, `${path}?done=banned`);
    }
    const late = await admin.submit(stale, `${path}/ban`, { reason: 'spam' });
    const message = 'The user is banned already. The reason was not replaced.';
    assert.deepEqual([late.status, late.text('p', ['role', 'alert'])], [409, message]);
    late.assertValid();
    assert.match(late.body, /Reason: fraud/);
  });

  it('say on the page that a session has ended before', async () => {
    const path = `/console/accounts/${(await joinAs(app, 'ended@example.com')).id}`;
    const page = await admin.open(path);
    const action = /action="([^"]+\/end)"/.exec(page.body)?.[1] ?? assert.fail('no button');
    assert.equal((await admin.submit(page, action)).location, `${path}?done=session-ended`);
    const again = await admin.submit(page, action);
    again.assertValid();
    assert.deepEqual([again.status, again.text('h1')], [404, 'Ada']);
    assert.match(again.text('p', ['role', 'alert']) ?? '', /session/);
    assert.match(again.body, /Not logged in anywhere\./);
  });

  it('show all sessions and licenses of an account, page by page', async () => {
    const { id } = await joinAs(app, 'busy@example.com');
    for (let nth = 1; nth <= 52; nth += 1) await logIn(app, 'busy@example.com');
    for (let nth = 1; nth <= 51; nth += 1) await issue(id, { product: `editor ${nth}` });
    const path = `/console/accounts/${id}`;
    const first = await admin.open(path);
    assert.equal(
      (await admin.open(`/console/accounts/${id.toUpperCase()}`)).text('h1'),
      first.text('h1'),
      'in any case',
    );
    assert.doesNotMatch(first.body, /editor 51</);
    const nextOf = (page: PageAnswer) =>
      page.all('a').flatMap((link) => (attributeOf(link, 'rel') === 'next' ? (attributeOf(link, 'href') ?? []) : []));
    assert.equal(nextOf(first).length, 2);
    assert.match(
      first.text('section', ['aria-labelledby', 'sessions']) ?? '',
      /50 sessions on this page, oldest first/,
    );
    const [licenses = '', sessions = ''] = nextOf(first);
    const second = await admin.open(licenses);
    assert.match(second.body, /editor 51</);
    assert.match(second.text('section', ['aria-labelledby', 'licenses']) ?? '', /1 license on this page/);
    const last = await admin.open(sessions);
    const ends = last.all('form').flatMap((form) => postedTo(form).filter((action) => action.endsWith('/end')));
    assert.equal(ends.length, 3);
    last.assertValid();
    const ended = await admin.submit(last, ends[2] ?? '');
    assert.equal(ended.location, `${path}?done=session-ended`);
    const [rest = ''] = nextOf(await admin.open(path)).slice(1);
    assert.match(
      (await admin.open(rest)).text('section', ['aria-labelledby', 'sessions']) ?? '',
      /2 sessions on this page/,
    );
    assert.equal((await admin.open(`${path}?sessions=wrong`)).status, 400);
  });

  it('send a password reset', async () => {
    const person = await joinAs(app, 'forgetful@example.com');
    const path = `/console/accounts/${person.id}`;
    const sent = await admin.submit(await admin.open(path), `${path}/reset`);
    assert.equal(sent.location, `${path}?done=reset-sent`);
    await app.deliverMail();
    assert.ok(app.post.sent.some(({ mail }) => mail.to === 'forgetful@example.com'));
  });

  it('reset the second factor of a person who has lost it', async () => {
    const person = await joinAs(app, 'locked-out@example.com');
    const path = `/console/accounts/${person.id}`;
    const before = await admin.open(path);
    assert.doesNotMatch(before.body, /Reset second factor/);
    const { secret } = (await app.call('POST', '/mfa/totp', { session: person.session })).json();
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    const code = totp.generate({ timestamp: Date.parse(app.clock.now()) });
    assert.equal((await app.call('PUT', '/mfa/totp', { session: person.session, json: { code } })).status, 200);
    const page = await admin.open(path);
    assert.match(page.body, /Authenticator/);
    const reset = await admin.submit(page, `${path}/second-factor/reset`);
    assert.equal(reset.location, `${path}?done=factor-reset`);
    assert.doesNotMatch((await admin.open(path)).body, /Authenticator|Reset second factor/);
    const support = new TestBrowser(app, (await joinAs(app, 'no-reset@example.com', 'support')).session);
    const token = (await support.open(path)).form('/account/log-out').form_token ?? '';
    const refused = await support.submit(page, `${path}/second-factor/reset`, { form_token: token });
    assert.equal(refused.status, 403);
  });

  it('list the machines of all licenses, and free a seat', async () => {
    const reader = new TestBrowser(app, (await joinAs(app, 'reader@example.com', 'reader')).session);
    assert.match((await reader.open('/console/machines')).body, /No machine holds a seat yet/);
    const owner = await create('machines@example.com', HOSTILE);
    const license = await issue(owner, { product: 'editor' });
    await activate(license, 'machine-<1>/', HOSTILE);
    app.clock.advance(60_000);
    await activate(license, '=machine-2');
    app.clock.advance(240_000);
    await app.call('POST', '/licenses/validate', {
      json: { license_key: license.license_key, fingerprint: 'machine-<1>/' },
    });
    await app.useCases.recordValidations.execute();
    const page = await admin.open('/console/machines');
    page.assertValid();
    const seen = page.all('time').map(textOf);
    assert.deepEqual(seen, ['4 min ago', 'just now'], 'the latest activation first, with when each was last seen');
    assert.ok(!page.body.includes(license.license_key));
    const csv = await admin.open('/console/machines.csv');
    assert.match(csv.body, /\r\n'=machine-2,,2026-01-01T00:01:00Z,,/);
    const found = await admin.open('/console/machines?q=%20machine-%3C1%3E%2F');
    found.assertValid();
    assert.deepEqual([found.all('tr').length, found.text('small', ['class', 'mono'])], [2, 'machine-<1>/']);
    assert.match(found.body, /href="\/console\/machines\.csv\?q=machine-%3C1%3E%2F"/);
    assert.equal((await admin.open('/console/machines.csv?q=%3Dmachine-2')).body.trimEnd().split('\r\n').length, 2);
    for (const none of ['MACHINE-<1>/', '<b>', 'a b', '%00', 'é']) {
      const empty = await admin.open(`/console/machines?q=${none === '%00' ? none : encodeURIComponent(none)}`);
      assert.deepEqual([empty.status, empty.text('h2')], [200, 'No machine is found'], none);
      empty.assertValid();
    }
    const noId = await admin.submit(page, '/console/machines/free', { license_id: 'no id' });
    assert.deepEqual([noId.status, noId.text('h1')], [404, 'Machines']);
    const freed = await admin.submit(page, '/console/machines/free');
    assert.equal(freed.location, '/console/machines?done=machine-freed');
    assert.equal((await admin.open('/console/machines')).all('tr').length, 2);
    const others = await admin.open('/console/machines?q=machine-%3C1%3E%2F&done=machine-freed');
    const back = await admin.submit(others, '/console/machines/free?q=machine-%3C1%3E%2F');
    assert.equal(back.location, '/console/machines?q=machine-%3C1%3E%2F&done=machine-freed', 'to the search');
    assert.doesNotMatch((await reader.open('/console/machines')).body, /machines\/free|Export CSV/);
    assert.equal((await reader.open('/console/machines.csv')).status, 403);
    assert.equal((await admin.open('/console/machines?cursor=x')).status, 400);
  });

  it('show and do what the role allows', async () => {
    const victim = await joinAs(app, 'target@example.com');
    const path = `/console/accounts/${victim.id}`;
    const support = new TestBrowser(app, (await joinAs(app, 'support@example.com', 'support')).session);
    const page = await support.open(path);
    assert.match(page.body, /Ban account/);
    assert.doesNotMatch(page.body, /class="timeline"/);
    const reader = new TestBrowser(app, (await joinAs(app, 'reader2@example.com', 'reader')).session);
    const forReader = await reader.open(path);
    assert.doesNotMatch(forReader.body, /Ban account|Send password reset|Issue license/);
    const token = forReader.form('/account/log-out').form_token ?? '';
    for (const action of ['ban', 'reset']) {
      const refused = await reader.submit(page, `${path}/${action}`, { form_token: token });
      assert.equal(refused.status, 403, action);
    }
    assert.equal((await support.open('/console/accounts.csv')).status, 403);
  });

  it('show no form that the role forbids, on accounts of colleagues and of others', async () => {
    const roles = ['admin', 'support', 'reader'] as const;
    const forms: Record<string, string[]> = {};
    for (const role of roles) {
      for (const owner of [...roles, undefined]) {
        const viewer = await joinAs(app, `${role}-of-${owner}@example.com`, role);
        const person = await joinAs(app, `${owner}-for-${role}@example.com`, owner);
        const license = await issue(person.id, { max_activations: 2 });
        await activate(license, 'machine');
        const browser = new TestBrowser(app, viewer.session);
        const path = `/console/accounts/${person.id}`;
        const paths = [path, `/console/licenses/${license.id}`, '/console/machines', '/console', '/console/accounts'];
        // What one form changes may take another from its page.
        const pages = await Promise.all(paths.map((each) => browser.open(each)));
        const actions = pages.map((page) => page.all('form').flatMap(postedTo));
        forms[`${role}, ${owner}`] = actions[0]?.map((action) => action.slice(path.length).replace(UUID, ':id')) ?? [];
        for (const [nth, page] of pages.entries()) {
          assert.equal(page.status, 200, paths[nth]);
          for (const action of new Set(actions[nth])) {
            const { status } = await browser.submit(page, action);
            assert.notEqual(status, 403, `${role}, account of ${owner}: ${action}`);
          }
        }
      }
    }
    const all = ['/reset', '/sessions/:id/end', '/name', '/ban'];
    assert.deepEqual(forms, {
      'admin, admin': all,
      'admin, support': all,
      'admin, reader': all,
      'admin, undefined': all,
      'support, admin': ['/reset'],
      'support, support': ['/reset'],
      'support, reader': ['/reset'],
      'support, undefined': all,
      'reader, admin': [],
      'reader, support': [],
      'reader, reader': [],
      'reader, undefined': [],
    });
  });
});
