import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { type LicenseApp, startLicenseApp, type WireLicense } from './license-app.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const CONFIRMED = { REGISTRATION: 'confirmed', ADMIN_API_KEY: ADMIN_KEY };

/** The emails with a key that have been sent so far. */
const keyMails = async (app: Pick<LicenseApp, 'deliverMail' | 'post'>) => {
  await app.deliverMail();
  return app.post.sent.flatMap(({ mail }) => (mail.subject === 'Your license key' ? [mail] : []));
};

const mailKey = (app: LicenseApp, { id }: WireLicense, headers = {}) =>
  app.asAdmin('POST', `/licenses/${id}/mail`, { headers });

const actionsOn = async (app: LicenseApp, id: string): Promise<string[]> => {
  const entries = (await app.asAdmin('GET', `/audit?subject=${id}&subject_kind=license`)).json();
  return entries.map(({ action }: { action: string }) => action);
};

describe('POST /licenses/{id}/mail', () => {
  it('sends the key to the owner as text and as HTML, and is in the audit log', async () => {
    await using app = await startLicenseApp({ PUBLIC_URL: 'https://licenses.example.com' });
    const license = await app.issue({ product: 'editor <pro>', expires_at: '2027-01-01T00:00:00Z' });
    assert.deepEqual(await keyMails(app), [], 'not at the issue');
    const answer = await mailKey(app, license);
    assert.deepEqual([answer.status, answer.json()], [202, { message: 'The license key is on its way.' }]);
    const [mail, ...others] = await keyMails(app);
    assert.deepEqual([mail?.to, others], ['ada@example.com', []]);
    const link = `https://licenses.example.com/account/licenses/${license.id}`;
    for (const part of [license.license_key, 'editor <pro>', 'ends on 2027-01-01 at 00:00 UTC', link]) {
      assert.ok(mail?.text.includes(part), part);
    }
    assert.ok(mail?.html.includes(`License key: ${license.license_key}`) && mail.html.includes('editor &lt;pro&gt;'));
    assert.ok(mail?.html.includes(`<a href="${link}">`));
    assert.deepEqual(await actionsOn(app, license.id), ['license.mailed', 'license.issued']);
  });

  it('leaves no key in the outbox', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ notify: true });
    await mailKey(app, license);
    const database = new Database(app.databaseFile, { readonly: true });
    const rows = JSON.stringify(database.prepare('select * from outbox').all());
    database.close();
    assert.equal(rows.split(license.id).length, 3, rows);
    assert.ok(!rows.includes(license.license_key), rows);
  });

  it('is one email for one Idempotency-Key', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const headers = { 'idempotency-key': 'k1' };
    const [first, again] = [await mailKey(app, license, headers), await mailKey(app, license, headers)];
    assert.deepEqual([again.status, again.body, again.headers['idempotency-replayed']], [202, first.body, 'true']);
    assert.equal((await keyMails(app)).length, 1);
    assert.deepEqual(await actionsOn(app, license.id), ['license.mailed', 'license.issued']);
  });

  it('is rejected for a revoked license, a banned owner and an unknown license, and changes nothing', async () => {
    await using app = await startLicenseApp();
    const [revoked, banned] = [await app.issue(), await app.issue({}, app.bob.id)];
    await app.asAdmin('POST', `/licenses/${revoked.id}/revoke`);
    await app.asAdmin('POST', `/users/${app.bob.id}/ban`);
    mustBeProblem(await mailKey(app, revoked), 409, 'license.state');
    mustBeProblem(await mailKey(app, banned), 409, 'user.state');
    mustBeProblem(await mailKey(app, { ...revoked, id: app.ada.id }), 404, 'license.not-found');
    const versioned = { 'if-match': '"1"' };
    mustBeProblem(await mailKey(app, revoked, versioned), 400, 'request.invalid');
    assert.deepEqual(await keyMails(app), []);
    assert.ok(!(await actionsOn(app, banned.id)).includes('license.mailed'));
  });

  it('sends the key of a suspended license, and that of one that has ended', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ expires_at: '2026-01-02T00:00:00Z' });
    await app.asAdmin('POST', `/licenses/${license.id}/suspend`);
    app.clock.advance(10 * 86_400_000);
    assert.equal((await mailKey(app, license)).status, 202);
    assert.equal((await keyMails(app)).length, 1);
  });

  it('takes a confirmed address unless registration is open', async () => {
    await using app = await startTestApp(CONFIRMED);
    const asAdmin = (method: string, path: string, json?: object) =>
      app.call(method, path, { bearer: ADMIN_KEY, json });
    const { id: owner } = (await asAdmin('POST', '/users', { email: 'ada@example.com' })).json();
    const { id } = (await asAdmin('POST', `/users/${owner}/licenses`, {})).json();
    mustBeProblem(await asAdmin('POST', `/licenses/${id}/mail`), 409, 'user.state');
    mustBeProblem(await asAdmin('POST', `/users/${owner}/licenses`, { notify: true }), 409, 'user.state');
    assert.equal((await asAdmin('GET', `/users/${owner}/licenses`)).json().length, 1, 'none was issued');

    await asAdmin('POST', `/users/${owner}/confirmation`);
    await app.deliverMail();
    const confirmation_token = /Confirmation token: (\S+)/.exec(app.post.sent.at(-1)?.mail.text ?? '')?.[1];
    assert.equal((await app.call('PUT', '/confirmations', { json: { confirmation_token } })).status, 200);
    assert.equal((await asAdmin('POST', `/licenses/${id}/mail`)).status, 202);
    assert.equal((await keyMails(app)).length, 1);
  });

  it('is not sent where the license is revoked or the owner banned before its turn, and follows a new address', async () => {
    await using app = await startLicenseApp();
    const [revoked, moved, banned] = [await app.issue(), await app.issue(), await app.issue({}, app.bob.id)];
    for (const license of [revoked, moved, banned]) assert.equal((await mailKey(app, license)).status, 202);
    await app.asAdmin('POST', `/licenses/${revoked.id}/revoke`);
    await app.asAdmin('PATCH', `/users/${app.ada.id}`, { json: { email: 'ada@new.example.com' } });
    await app.asAdmin('POST', `/users/${app.bob.id}/ban`);
    const mails = await keyMails(app);
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['ada@new.example.com'],
    );
    assert.ok(mails[0]?.text.includes(moved.license_key));
    assert.equal((await app.rows()).outbox, 0);
  });
});

describe('POST /users/{user_id}/licenses with notify', () => {
  it('sends the key of the new license, once for each Idempotency-Key', async () => {
    await using app = await startLicenseApp();
    const issue = (notify: boolean) =>
      app.asAdmin('POST', `/users/${app.ada.id}/licenses`, {
        json: { notify },
        headers: { 'idempotency-key': `notify ${notify}`.replace(' ', '-') },
      });
    const issued = await issue(true);
    assert.equal((await issue(true)).body, issued.body);
    assert.equal((await issue(false)).status, 201);
    const mails = await keyMails(app);
    assert.deepEqual([mails.length, mails[0]?.text.includes(issued.json().license_key)], [1, true]);
    assert.deepEqual((await actionsOn(app, issued.json().id)).sort(), ['license.issued', 'license.mailed']);
    const { ada } = app;
    mustBeProblem(
      await app.asAdmin('POST', `/users/${ada.id}/licenses`, { json: { notify: 'yes' } }),
      400,
      'request.invalid',
    );
  });

  it('issues nothing to a banned owner', async () => {
    await using app = await startLicenseApp();
    await app.asAdmin('POST', `/users/${app.ada.id}/ban`);
    const path = `/users/${app.ada.id}/licenses`;
    mustBeProblem(await app.asAdmin('POST', path, { json: { notify: true } }), 409, 'user.state');
    assert.deepEqual((await app.asAdmin('GET', path)).json(), []);
    assert.deepEqual(await keyMails(app), []);
  });
});

describe('The limit on emails with a license key', () => {
  it('is on the recipient: no token can flood a mailbox, neither by sending a key again nor by issuing', async () => {
    await using app = await startLicenseApp();
    const [first, second] = [await app.issue(), await app.issue()];
    const others = await app.issue({}, app.bob.id);
    const mail = (license: { id: string }) => app.asAdmin('POST', `/licenses/${license.id}/mail`);
    for (let sent = 0; sent < 30; sent += 1) {
      for (const license of [first, second]) assert.equal((await mail(license)).status, 202);
    }
    const path = `/users/${app.ada.id}/licenses`;
    for (const refused of [await mail(first), await app.asAdmin('POST', path, { json: { notify: true } })]) {
      mustBeProblem(refused, 429, 'throttle.exceeded');
      assert.equal(refused.headers['retry-after'], '3600');
      assert.equal(refused.headers['ratelimit-policy'], '"license-email-recipient";q=60;w=3600');
    }
    assert.equal((await app.asAdmin('GET', path)).json().length, 2, 'nothing was issued');
    assert.equal((await keyMails(app)).length, 60);
    assert.equal((await mail(others)).status, 202, 'another recipient');
    assert.equal((await app.asAdmin('POST', path, { json: {} })).status, 201, 'without an email');
    app.clock.advance(3_600_000);
    assert.equal((await mail(first)).status, 202);
  });
});

describe('EXPIRY_NOTICES', () => {
  const notices = async (app: LicenseApp) => {
    await app.useCases.sendExpiryNotices.execute(async () => {});
    await app.deliverMail();
    return app.post.sent.flatMap(({ mail }) => (mail.subject.startsWith('Your license ends') ? [mail] : []));
  };

  it('sends the end of a license as text and as HTML, without its key', async () => {
    await using app = await startLicenseApp({ EXPIRY_NOTICES: 'on', PUBLIC_URL: 'https://licenses.example.com' });
    const license = await app.issue({ product: 'a & b', expires_at: '2026-01-11T00:00:00Z', grace_days: 7 });
    const [mail, ...others] = await notices(app);
    assert.deepEqual([mail?.to, mail?.subject, others], ['ada@example.com', 'Your license ends on 2026-01-11', []]);
    const link = `https://licenses.example.com/account/licenses/${license.id}`;
    for (const part of ['for a & b ends on 2026-01-11 at 00:00 UTC', license.license_key.slice(-4), '7 days', link]) {
      assert.ok(mail?.text.includes(part), part);
    }
    assert.ok(mail?.html.includes('a &amp; b') && mail.html.includes(`<a href="${link}">`));
    assert.ok(!`${mail?.text}${mail?.html}`.includes(license.license_key));
    assert.equal((await notices(app)).length, 1);
  });

  it('is off by default', async () => {
    await using app = await startLicenseApp();
    await app.issue({ expires_at: '2026-01-11T00:00:00Z' });
    assert.deepEqual(await notices(app), []);
  });

  it('sends one that was dropped after a suspension or a ban, once the license is active again', async () => {
    await using app = await startLicenseApp({ EXPIRY_NOTICES: 'on' });
    const terms = { expires_at: '2026-01-02T00:00:00Z' };
    const suspended = await app.issue(terms);
    await app.issue(terms, app.bob.id);
    await app.useCases.sendExpiryNotices.execute(async () => {});
    await app.asAdmin('POST', `/licenses/${suspended.id}/suspend`);
    await app.asAdmin('POST', `/users/${app.bob.id}/ban`);
    assert.deepEqual(await notices(app), []);
    await app.asAdmin('POST', `/licenses/${suspended.id}/reinstate`);
    await app.asAdmin('POST', `/users/${app.bob.id}/unban`);
    const sent = await notices(app);
    assert.deepEqual(sent.map(({ to }) => to).sort(), ['ada@example.com', 'bob@example.com']);
    assert.equal((await notices(app)).length, 2, 'once each');
  });

  it('sends none that has lost its purpose before its turn', async () => {
    await using app = await startLicenseApp({ EXPIRY_NOTICES: 'on' });
    const terms = { expires_at: '2026-01-02T00:00:00Z' };
    const [renewed, suspended, revoked] = [await app.issue(terms), await app.issue(terms), await app.issue(terms)];
    await app.issue(terms, app.bob.id);
    await app.useCases.sendExpiryNotices.execute(async () => {});
    await app.asAdmin('POST', `/licenses/${renewed.id}/renew`, { json: { days: 30 } });
    await app.asAdmin('POST', `/licenses/${suspended.id}/suspend`);
    await app.asAdmin('POST', `/licenses/${revoked.id}/revoke`);
    await app.asAdmin('POST', `/users/${app.bob.id}/ban`);
    assert.deepEqual(await notices(app), []);

    await app.issue(terms);
    await app.useCases.sendExpiryNotices.execute(async () => {});
    app.clock.advance(86_400_000);
    assert.deepEqual(await notices(app), [], 'it is over');
    assert.equal((await app.rows()).outbox, 0);
  });
});
