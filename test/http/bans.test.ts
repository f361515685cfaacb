import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Caller } from '../../src/domain/access/caller.ts';
import { createToken, joinStaff, startProduction } from './access-table.ts';
import { startLicenseApp } from './license-app.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, PASSWORD, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Ask, startTestApp, type TestApp } from './test-app.ts';

const asRoot = { bearer: ADMIN_KEY };
type AuditEntry = Readonly<{ action: string; actor: Readonly<{ kind: string }>; changes: readonly object[] }>;

const REASON = 'Chargeback of order A-1042';

const ban = (app: TestApp, id: string, reason?: string, ask: Ask = asRoot) =>
  app.call('POST', `/users/${id}/ban`, { ...ask, ...(reason === undefined ? {} : { json: { reason } }) });
const unban = (app: TestApp, id: string, ask: Ask = asRoot) => app.call('POST', `/users/${id}/unban`, ask);

describe('POST /users/{id}/ban and /unban', () => {
  it('answer the record of the user, which shows the ban until it ends', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const path = `/users/${ada.id}`;
    const before = (await app.call('GET', path, asRoot)).json();
    assert.deepEqual([before.status, before.ban], ['active', null]);
    const fields = [
      'id',
      'email',
      'name',
      'age',
      'created_at',
      'status',
      'ban',
      'email_confirmed_at',
      'pending_email',
      'mfa',
    ];
    assert.deepEqual(Object.keys(before), fields);

    const banned = await ban(app, ada.id, REASON);
    assert.deepEqual([banned.status, banned.headers.etag, banned.headers['cache-control']], [200, '"2"', 'no-store']);
    const at = '2026-01-01T00:00:00Z';
    assert.deepEqual(banned.json(), { ...before, status: 'banned', ban: { at, reason: REASON } });
    app.clock.advance(60_000);
    const again = await ban(app, ada.id);
    assert.deepEqual([again.status, again.headers.etag], [200, '"3"']);
    assert.deepEqual(again.json().ban, { at, reason: null }, 'the time of the first, the reason of the last');
    assert.deepEqual((await app.call('GET', '/users', asRoot)).json(), [again.json()]);
    const renamed = await app.call('PATCH', path, { ...asRoot, json: { name: 'Augusta' } });
    assert.deepEqual(renamed.json(), { ...again.json(), name: 'Augusta' });

    const unbanned = await unban(app, ada.id);
    assert.deepEqual([unbanned.status, unbanned.headers.etag], [200, '"5"']);
    assert.deepEqual(unbanned.json(), { ...before, name: 'Augusta' });
    mustBeProblem(await unban(app, ada.id), 409, 'user.state');
  });

  it('leave public answers at five fields', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const json = { email: 'ada@example.com', password: PASSWORD, age: 36 };
    const five = ['id', 'email', 'name', 'age', 'created_at'];
    assert.deepEqual(Object.keys((await app.call('POST', '/register', { json })).json()), five);
    const imported = await app.call('POST', '/users/import', { ...asRoot, json: { count: 1 } });
    assert.deepEqual(Object.keys(imported.json()[0]), five);
    const created = await app.call('POST', '/users', { ...asRoot, json: { email: 'eve@example.com' } });
    assert.deepEqual([created.json().status, created.json().ban], ['active', null]);
  });

  it('reject a bad reason with 422 after the user and the version were found', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    for (const reason of ['', 'x'.repeat(501), ' ', 'a\u0000b', 'a\u202eb']) {
      mustBeProblem(await ban(app, ada.id, reason), 422, 'user.invalid');
      mustBeProblem(await ban(app, UNKNOWN_ID, reason), 404, 'user.not-found');
      const stale = { ...asRoot, headers: { 'if-match': '"9"' } };
      mustBeProblem(await ban(app, ada.id, reason, stale), 412, 'request.precondition-failed');
    }
    for (const json of [{ reason: null }, { reason: 5 }, { until: '2027-01-01T00:00:00Z' }, []]) {
      mustBeProblem(await app.call('POST', `/users/${ada.id}/ban`, { ...asRoot, json }), 400, 'request.invalid');
    }
    mustBeProblem(await unban(app, UNKNOWN_ID), 404, 'user.not-found');
    assert.equal((await app.call('GET', `/users/${ada.id}`, asRoot)).json().status, 'active');
    assert.equal((await ban(app, ada.id, '🐎'.repeat(500))).status, 200, '500 characters, not bytes');
  });

  it('take If-Match and Idempotency-Key', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const first = { ...asRoot, headers: { 'if-match': '"1"', 'idempotency-key': 'ban-1' } };
    const banned = await ban(app, ada.id, REASON, first);
    assert.equal((await unban(app, ada.id, { ...asRoot, headers: { 'if-match': '"2"' } })).status, 200);
    const replayed = await ban(app, ada.id, REASON, first);
    assert.deepEqual([replayed.status, replayed.headers['idempotency-replayed']], [200, 'true']);
    assert.deepEqual([replayed.body, replayed.headers.etag], [banned.body, '"2"']);
    assert.equal(
      (await app.call('GET', `/users/${ada.id}`, asRoot)).json().status,
      'active',
      'it was not banned twice',
    );
    mustBeProblem(await ban(app, ada.id, 'another', first), 422, 'idempotency.mismatch');
    const stale = { ...asRoot, headers: { 'if-match': '"2"' } };
    mustBeProblem(await ban(app, ada.id, REASON, stale), 412, 'request.precondition-failed');
    mustBeProblem(await unban(app, ada.id, stale), 412, 'request.precondition-failed');
  });

  it('take users:ban, and staff:write in addition for a person with a role', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const [reader, support] = [await joinStaff(app, 'reader'), await joinStaff(app, 'support')];
    const admin = await joinStaff(app, 'admin');
    mustBeProblem(await ban(app, ada.id, REASON, {}), 401, 'access.unauthenticated');
    mustBeProblem(await ban(app, ada.id, REASON, { session: ada.session }), 403, 'access.forbidden');
    const denied = await ban(app, ada.id, REASON, { session: reader.session });
    mustBeProblem(denied, 403, 'access.forbidden', /users:ban/);
    assert.equal((await ban(app, ada.id, REASON, { session: support.session })).status, 200);
    assert.equal((await unban(app, ada.id, { session: support.session })).status, 200);

    const colleague = await ban(app, reader.id, REASON, { session: support.session });
    mustBeProblem(colleague, 403, 'access.forbidden', /staff:write/);
    assert.equal((await ban(app, reader.id, REASON, { session: admin.session })).status, 200);
    const back = await unban(app, reader.id, { session: support.session });
    mustBeProblem(back, 403, 'access.forbidden', /staff:write/);
    assert.equal((await unban(app, reader.id, { session: admin.session })).status, 200);
  });

  it('ban neither oneself nor the last admin, but for root', async () => {
    await using app = await startProduction();
    const [ada, grace] = [await joinStaff(app, 'admin'), await joinStaff(app, 'admin')];
    mustBeProblem(await ban(app, ada.id, REASON, { session: ada.session }), 409, 'user.ban-refused');
    const { token } = await createToken(app, { scopes: ['users:ban'] }, { session: ada.session });
    mustBeProblem(await ban(app, ada.id, REASON, { bearer: token }), 409, 'user.ban-refused');
    mustBeProblem(await ban(app, grace.id, REASON, { bearer: token }), 403, 'access.forbidden', /staff:write/);
    assert.equal((await ban(app, grace.id, REASON, { session: ada.session })).status, 200);
    const asAda = { session: ada.session };
    const lowered = await app.call('PUT', `/staff/${ada.id}`, { ...asAda, json: { role: 'reader' } });
    mustBeProblem(lowered, 409, 'staff.last-admin');
    const byCommand = {
      caller: Caller.system('cli'),
      userId: ada.id,
      client: { ip: '', userAgent: '', requestId: '' },
    };
    await assert.rejects(app.useCases.banUser.ban(byCommand), { code: 'staff.last-admin' });
    assert.equal((await ban(app, ada.id)).status, 200, 'root can');
    assert.equal(await profileStatus(app, ada.session), 403);
  });
});

describe('a banned user', () => {
  it('loses the sessions, and is answered as with a wrong password, with the same writes', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, NODE_ENV: 'production' });
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    await ban(app, ada.id, REASON);
    assert.equal(await profileStatus(app, ada.session), 403);
    const answers = new Set<string>();
    const writes: object[] = [];
    for (const [email, password, remoteAddress] of [
      [ada.email, PASSWORD, '203.0.113.8'],
      [bob.email, 'a wrong pass phrase', '203.0.113.9'],
    ] as const) {
      const before = app.rows();
      const attempt = { json: { email, password }, remoteAddress };
      const { status, headers, body } = await app.call('POST', '/sessions', attempt);
      const { date: _, 'x-request-id': id, ...rest } = headers;
      answers.add(JSON.stringify([status, rest, body]).replaceAll(String(id), 'ID'));
      const after = app.rows();
      writes.push(Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)]));
    }
    assert.equal(answers.size, 1, [...answers].join('\n'));
    assert.deepEqual(writes[0], writes[1]);
    assert.equal(app.securityLog.events.at(-2)?.event, 'authn_login_fail');
    await unban(app, ada.id);
    const back = await app.call('POST', '/sessions', { json: { email: ada.email, password: PASSWORD } });
    assert.equal(back.status, 200);
    assert.equal(await profileStatus(app, ada.session), 403, 'the old session stays ended');
  });

  it('gets the answer to a reset as ever, and nothing that opens the account', async () => {
    for (const mode of ['development', 'production']) {
      await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, NODE_ENV: mode });
      const ada = await join(app);
      const request = () => app.call('POST', '/reset_password', { json: { email: ada.email } });
      const before = await request();
      await app.deliverMail();
      const tokens = () => app.post.sent.flatMap(({ mail }) => /[\w-]{43}/.exec(mail.text) ?? []);
      const [earlier] = tokens();
      await ban(app, ada.id);
      const after = await request();
      assert.equal(after.status, before.status);
      assert.deepEqual(Object.keys(after.json()), Object.keys(before.json()));
      await app.deliverMail();
      assert.deepEqual(tokens(), [earlier], 'no email with a token');
      for (const token of [earlier, after.json().reset_token].filter((each) => each !== undefined)) {
        const json = { email: ada.email, reset_token: token, new_password: 'a harmless new phrase' };
        mustBeProblem(await app.call('PUT', '/reset_password', { json }), 403, 'password-reset.refused');
      }
      assert.equal(app.rows().password_resets, 0);
    }
  });

  it('has licenses that are BANNED after REVOKED and before SUSPENDED, until they are what they were', async () => {
    await using app = await startLicenseApp();
    const terms = { max_activations: 2, expires_at: '2027-01-01T00:00:00Z' };
    const license = await app.issue(terms);
    const bobs = await app.issue({}, app.bob.id);
    assert.equal((await app.activate(license, 'm1')).status, 201);
    const code = async (fingerprint = 'm1') =>
      (await app.validate({ license_key: license.license_key, fingerprint })).code;
    const read = async () => (await app.asAdmin('GET', `/licenses/${license.id}`)).json();
    const before = await read();
    await ban(app, app.ada.id);
    const answer = await app.validate({ license_key: license.license_key, fingerprint: 'm1' });
    assert.deepEqual([answer.valid, answer.code, answer.license.status], [false, 'BANNED', 'active']);
    assert.equal('owner_banned' in answer.license, false, 'it is for the staff');
    assert.equal((await app.validate({ license_key: bobs.license_key })).code, 'VALID');

    mustBeProblem(await app.activate(license, 'm2'), 409, 'license.state');
    assert.equal((await app.activate(license, 'm1')).status, 200, 'no new activation');
    mustBeProblem(await app.checkOut(license, { fingerprint: 'm1' }), 409, 'license.state');
    const renewal = await app.asAdmin('POST', `/licenses/${license.id}/renew`, { json: { days: 1 } });
    mustBeProblem(renewal, 409, 'user.state');
    mustBeProblem(await app.asAdmin('POST', `/users/${app.ada.id}/licenses`, { json: {} }), 409, 'user.state');

    assert.equal((await app.asAdmin('POST', `/licenses/${license.id}/suspend`)).json().owner_banned, true);
    assert.equal(await code(), 'BANNED');
    assert.equal((await app.asAdmin('POST', `/licenses/${license.id}/reinstate`)).status, 200);
    await unban(app, app.ada.id);
    assert.equal(await code(), 'VALID');
    const { last_validated_at: _, ...after } = await read();
    const { last_validated_at: __, ...earlier } = before;
    assert.deepEqual(after, earlier, 'status and activations');
    assert.equal((await app.activate(license, 'm2')).status, 201);
    await ban(app, app.ada.id);
    await app.asAdmin('POST', `/licenses/${license.id}/revoke`);
    assert.equal(await code(), 'REVOKED');
  });

  it('has licenses that show owner_banned to staff only', async () => {
    await using app = await startLicenseApp({ NODE_ENV: 'production' });
    const { id, license_key: key } = await app.issue();
    const shown = async (method: string, path: string, ask: Ask = asRoot) => {
      const body = (await app.call(method, path, ask)).json();
      return [body].flat()[0].owner_banned;
    };
    const own = { session: app.ada.session };
    assert.equal(await shown('GET', `/licenses/${id}`, own), undefined);
    assert.equal(await shown('GET', `/users/${app.ada.id}/licenses`, own), undefined);
    const reader = { session: (await joinStaff(app, 'reader')).session };
    for (const expected of [false, true]) {
      if (expected) await ban(app, app.ada.id);
      for (const ask of [asRoot, reader]) {
        assert.equal(await shown('GET', `/licenses/${id}`, ask), expected);
        assert.equal(await shown('GET', '/licenses', ask), expected);
        assert.equal(await shown('GET', `/users/${app.ada.id}/licenses`, ask), expected);
        assert.equal(await shown('POST', '/licenses/lookup', { ...ask, json: { license_key: key } }), expected);
      }
      assert.equal(await shown('PATCH', `/licenses/${id}`, { ...asRoot, json: { grace_days: 1 } }), expected);
    }
  });

  it('is one entry in the audit log, with the numbers of what went along and without the reason', async () => {
    await using app = await startLicenseApp();
    for (const _ of [1, 2]) await app.issue();
    await app.call('POST', '/reset_password', { json: { email: 'ada@example.com' } });
    await ban(app, app.ada.id, REASON);
    await ban(app, app.ada.id, 'another reason');
    await ban(app, app.ada.id, 'another reason');
    await unban(app, app.ada.id);
    const entries = (await app.asAdmin('GET', `/users/${app.ada.id}/audit`)).json();
    const banned = { field: 'status', before: 'active', after: 'banned' };
    const reason = { field: 'reason', changed: true };
    const along = Object.entries({ sessions_ended: 1, password_resets_removed: 1, licenses_banned: 2 });
    assert.deepEqual(
      entries.slice(0, 3).map(({ action, actor, changes }: AuditEntry) => [action, actor.kind, changes]),
      [
        [
          'user.unbanned',
          'root',
          [{ ...banned, before: 'banned', after: 'active' }, reason, { field: 'licenses_unbanned', after: 2 }],
        ],
        ['user.banned', 'root', [reason]],
        ['user.banned', 'root', [banned, reason, ...along.map(([field, after]) => ({ field, after }))]],
      ],
    );
    assert.ok(!JSON.stringify(entries).includes('Chargeback'));
  });

  it('raises the version of each license with the ban, and can be deleted', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue();
    await ban(app, app.ada.id);
    await ban(app, app.ada.id, REASON);
    assert.equal((await app.asAdmin('GET', `/licenses/${id}`)).headers.etag, '"2"');
    assert.equal((await app.asAdmin('DELETE', `/users/${app.ada.id}`)).status, 204);
    assert.equal((await app.asAdmin('GET', `/licenses/${id}`)).status, 404);
  });
});
