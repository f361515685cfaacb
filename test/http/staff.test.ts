import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SCOPES } from '../../src/domain/access/scope.ts';
import { joinStaff, startProduction } from './access-table.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, logIn, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const give = (app: TestApp, id: string, role: string) =>
  app.call('PUT', `/staff/${id}`, { bearer: ADMIN_KEY, json: { role } });

describe('/staff', () => {
  it('gives, changes and removes a role', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const given = await give(app, ada.id, 'reader');
    assert.equal(given.status, 200);
    const { since, ...rest } = given.json();
    assert.deepEqual(rest, { user_id: ada.id, email: ada.email, role: 'reader', mfa: false });
    app.clock.advance(60_000);
    assert.deepEqual((await give(app, ada.id, 'reader')).json(), { ...rest, since }, 'a repetition changes nothing');
    const raised = (await give(app, ada.id, 'admin')).json();
    assert.deepEqual([raised.role, raised.since > since], ['admin', true]);
    assert.deepEqual((await app.call('GET', '/staff', { bearer: ADMIN_KEY })).json(), [raised]);
    assert.equal((await app.call('DELETE', `/staff/${ada.id}`, { bearer: ADMIN_KEY })).status, 204);
    assert.deepEqual((await app.call('GET', '/staff', { bearer: ADMIN_KEY })).json(), []);
    const gone = await app.call('DELETE', `/staff/${ada.id}`, { bearer: ADMIN_KEY });
    mustBeProblem(gone, 404, 'staff.not-found');
  });

  it('rejects an unknown user, an unknown role and an unknown field', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    mustBeProblem(await give(app, UNKNOWN_ID, 'reader'), 404, 'user.not-found');
    mustBeProblem(await give(app, ada.id, 'king'), 400, 'request.invalid');
    const json = { role: 'reader', since: 'now' };
    mustBeProblem(await app.call('PUT', `/staff/${ada.id}`, { bearer: ADMIN_KEY, json }), 400, 'request.invalid');
    assert.deepEqual((await app.call('GET', '/staff', { bearer: ADMIN_KEY })).json(), []);
  });

  it('removes the password with the first role, and sends a token for 10 minutes', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    await give(app, ada.id, 'support');
    assert.equal(await profileStatus(app, ada.session), 403, 'the sessions end');
    const credentials = { email: ada.email, password: ada.password };
    assert.equal((await app.call('POST', '/sessions', { json: credentials })).status, 401);
    await app.deliverMail();
    const [token] = app.post.sent.flatMap(({ mail }) => /[\w-]{43}/.exec(mail.text) ?? []);
    const reset = { email: ada.email, reset_token: token, new_password: ada.password };
    app.clock.advance(600_000);
    assert.equal((await app.call('PUT', '/reset_password', { json: reset })).status, 403);
  });

  it('removes the password at an unconfirmed address when a role is raised, and not when it is lowered or given again', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'support');
    const json = { email: ada.email, password: ada.password };
    const logInStatus = async () => (await app.call('POST', '/sessions', { json })).status;
    await app.deliverMail();
    const sent = app.post.sent.length;
    for (const role of ['support', 'reader', 'reader']) {
      await give(app, ada.id, role);
      assert.equal(await logInStatus(), 200, role);
    }
    await app.deliverMail();
    assert.equal(app.post.sent.length, sent);
    await app.call('PATCH', `/users/${ada.id}`, { bearer: ADMIN_KEY, json: { email: 'lovelace@example.com' } });
    json.email = 'lovelace@example.com';
    await app.deliverMail();
    const moved = app.post.sent.length;
    await give(app, ada.id, 'admin');
    assert.equal(await logInStatus(), 401);
    await app.deliverMail();
    assert.equal(app.post.sent.length, moved + 1);
  });

  it('keeps the password of a confirmed address when a role is raised', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'reader');
    assert.equal((await give(app, ada.id, 'admin')).status, 200);
    assert.equal(await profileStatus(app, ada.session), 403, 'the sessions end');
    await logIn(app, ada.email);
  });

  it('sends another token where the first was not used, and voids it', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    await give(app, ada.id, 'support');
    await app.deliverMail();
    await give(app, ada.id, 'support');
    await app.deliverMail();
    const [first, second] = app.post.sent.flatMap(({ mail }) => /[\w-]{43}/.exec(mail.text) ?? []);
    const reset = (token: string | undefined) =>
      app.call('PUT', '/reset_password', {
        json: { email: ada.email, reset_token: token, new_password: ada.password },
      });
    mustBeProblem(await reset(first), 403, 'password-reset.refused');
    assert.equal((await reset(second)).status, 200);
  });

  it('invites by an email of its own, which does not name root, and to no role that is gone again', async () => {
    await using app = await startProduction();
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    await app.deliverMail();
    const before = app.post.sent.length;
    await give(app, ada.id, 'reader');
    await give(app, ada.id, 'support');
    await give(app, bob.id, 'reader');
    await app.call('DELETE', `/staff/${bob.id}`, { bearer: ADMIN_KEY });
    await app.deliverMail();
    const sent = app.post.sent.slice(before).map(({ mail }) => mail);
    assert.deepEqual(
      sent.map(({ to, subject }) => [to, subject]),
      Array(2).fill([ada.email, 'You are invited to the console']),
    );
    for (const { text } of sent) {
      assert.match(text, /An administrator has given this address the role support at Guildhall\./);
      assert.match(text, /A password that it had before no longer works\./);
    }
  });

  it('holds from the next request on, and a raised role ends the sessions', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'support');
    const users = async () => (await app.call('GET', '/users', { session: ada.session })).status;
    assert.equal(await users(), 200);
    const created = await app.call('POST', '/users', { session: ada.session, json: { email: 'new@example.com' } });
    assert.equal(created.status, 201);
    await give(app, ada.id, 'reader');
    assert.equal(await users(), 200, 'a lowered role keeps the session');
    const denied = await app.call('POST', '/users', { session: ada.session, json: { email: 'new2@example.com' } });
    mustBeProblem(denied, 403, 'access.forbidden');
    await app.call('DELETE', `/staff/${ada.id}`, { bearer: ADMIN_KEY });
    assert.equal(await users(), 403);
    await give(app, ada.id, 'reader');
    assert.equal(await users(), 401);
  });

  it('ends the sessions of staff after STAFF_SESSION_IDLE, and those of others after SESSION_IDLE', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, STAFF_SESSION_IDLE: '1h' });
    const ada = await joinStaff(app, 'reader');
    const grace = await join(app, 'grace@example.com');
    app.clock.advance(3_600_000);
    assert.equal(await profileStatus(app, ada.session), 403);
    assert.equal(await profileStatus(app, grace.session), 200);
    const fresh = await logIn(app, ada.email);
    const listed = (await app.call('GET', '/sessions', { session: fresh })).json();
    assert.equal(listed.length, 1, 'an ended session is not listed');
    await app.useCases.purgeExpired.execute();
    assert.equal(app.rows().sessions, 2, 'and is deleted');
  });

  it('keeps the last admin, but for root', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    const asAda = { session: ada.session };
    const lowered = await app.call('PUT', `/staff/${ada.id}`, { ...asAda, json: { role: 'reader' } });
    mustBeProblem(lowered, 409, 'staff.last-admin');
    mustBeProblem(await app.call('DELETE', `/staff/${ada.id}`, asAda), 409, 'staff.last-admin');
    mustBeProblem(await app.call('DELETE', `/users/${ada.id}`, asAda), 409, 'staff.last-admin');
    const grace = await joinStaff(app, 'admin');
    assert.equal((await app.call('DELETE', `/staff/${ada.id}`, asAda)).status, 204);
    assert.equal((await app.call('DELETE', `/staff/${grace.id}`, { bearer: ADMIN_KEY })).status, 204);
  });

  it('takes staff:write in addition to change another person with a role', async () => {
    await using app = await startProduction();
    const [ada, grace] = [await joinStaff(app, 'support'), await joinStaff(app, 'reader')];
    const [{ id: session }] = (await app.call('GET', '/sessions', { session: grace.session })).json();
    const asAda = { session: ada.session };
    const denials = [
      await app.call('PATCH', `/users/${grace.id}`, { ...asAda, json: { name: 'Eve' } }),
      await app.call('DELETE', `/sessions/${session}`, asAda),
    ];
    for (const denied of denials) {
      mustBeProblem(denied, 403, 'access.forbidden');
      assert.match(denied.body, /staff:write/);
    }
    assert.equal(await profileStatus(app, grace.session), 200);
    const admin = await joinStaff(app, 'admin');
    const asAdmin = { session: admin.session };
    const renamed = await app.call('PATCH', `/users/${grace.id}`, { ...asAdmin, json: { name: 'Eve' } });
    assert.equal(renamed.status, 200);
    assert.equal((await app.call('DELETE', `/sessions/${session}`, asAdmin)).status, 204);
    const own = await app.call('PATCH', `/users/${ada.id}`, { ...asAda, json: { name: 'Ada' } });
    assert.equal(own.status, 200, 'the own account takes no scope');
  });
});

describe('GET /me', () => {
  it('names kind, user, role and scopes', async () => {
    await using app = await startProduction();
    const me = async (ask: object) => (await app.call('GET', '/me', ask)).json();
    assert.deepEqual(await me({ bearer: ADMIN_KEY }), { kind: 'root', scopes: [...SCOPES] });
    const grace = await join(app, 'grace@example.com');
    const user = { id: grace.id, email: grace.email, name: 'Ada' };
    const elevated = { mfa: false, elevated_until: '2026-01-01T00:10:00Z' };
    assert.deepEqual(await me({ session: grace.session }), { kind: 'person', user, scopes: [], ...elevated });
    const ada = await joinStaff(app, 'reader');
    const { kind, role, scopes } = await me({ session: ada.session });
    assert.deepEqual(
      { kind, role, scopes },
      { kind: 'staff', role: 'reader', scopes: ['users:read', 'licenses:read'] },
    );
    mustBeProblem(await app.call('GET', '/me'), 401, 'access.unauthenticated');
  });

  it('is 401 for callers without a session where administration is open', async () => {
    await using app = await startTestApp();
    mustBeProblem(await app.call('GET', '/me'), 401, 'access.unauthenticated');
    const ada = await join(app);
    assert.deepEqual((await app.call('GET', '/me', { session: ada.session })).json().scopes, [...SCOPES]);
  });
});
