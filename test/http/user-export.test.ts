import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createToken, joinStaff } from './access-table.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, logIn } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const startApp = () => startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, DATABASE_URL: 'memory:' });

const issue = async (app: TestApp, userId: string): Promise<{ id: string; license_key: string }> => {
  const answer = await app.call('POST', `/users/${userId}/licenses`, { bearer: ADMIN_KEY });
  assert.equal(answer.status, 201, answer.body);
  return answer.json();
};

describe('GET /users/{id}/export', () => {
  it('sends what is stored about the person as a file, and writes an entry', async () => {
    await using app = await startApp();
    const ada = await join(app);
    const later = await logIn(app);
    const [first, second] = [await issue(app, ada.id), await issue(app, ada.id)];
    for (const machine of ['m1', 'm2']) {
      const path = `/licenses/${second.id}/activations/${machine}`;
      assert.equal((await app.call('PUT', path, { bearer: ADMIN_KEY })).status, 201);
    }
    const bob = await join(app, 'bob@example.com');
    await issue(app, bob.id);

    const answer = await app.call('GET', `/users/${ada.id}/export`, { session: later });
    assert.equal(answer.status, 200, answer.body);
    assert.match(String(answer.headers['content-type']), /^application\/json/);
    assert.equal(answer.headers['content-disposition'], 'attachment; filename="account.json"');
    assert.equal(answer.headers['cache-control'], 'no-store');
    const file = answer.json();
    assert.deepEqual(Object.keys(file), ['exported_at', 'user', 'sessions', 'licenses', 'activations', 'audit']);
    const read = async (path: string) => (await app.call('GET', path, { session: later })).json();
    assert.deepEqual(file.user, await read(`/users/${ada.id}`));
    assert.deepEqual(file.sessions, await read('/sessions'));
    assert.deepEqual(file.licenses, await read(`/users/${ada.id}/licenses`));
    assert.deepEqual(
      file.licenses.map(({ license_key }: { license_key: string }) => license_key),
      [first.license_key, second.license_key],
    );
    const at = file.exported_at;
    assert.deepEqual(file.activations, [
      { license_id: second.id, fingerprint: 'm1', name: null, activated_at: at, last_seen_at: null },
      { license_id: second.id, fingerprint: 'm2', name: null, activated_at: at, last_seen_at: null },
    ]);
    const [newest] = file.audit;
    assert.deepEqual(
      [newest.action, newest.subject, newest.actor, newest.changes],
      ['user.exported', { kind: 'user', id: ada.id }, { kind: 'person', id: ada.id }, []],
    );
    assert.ok(file.audit.some(({ action }: { action: string }) => action === 'user.registered'));
    for (const secret of ['argon2', ada.session, later, ada.password, bob.id]) assert.ok(!answer.body.includes(secret));
  });

  it('reads lists of any length, page by page', async () => {
    await using app = await startApp();
    const ada = await join(app);
    const count = 1_001;
    for (let n = 0; n < count; n += 1) await issue(app, ada.id);
    const file = (await app.call('GET', `/users/${ada.id}/export`, { session: ada.session })).json();
    const ids = file.licenses.map(({ id }: { id: string }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [count, count]);
    assert.deepEqual([file.activations, file.audit.length > 0], [[], true]);
  });

  it('takes a step-up in a session, and none of root', async () => {
    await using app = await startApp();
    const ada = await join(app);
    app.clock.advance(app.config.stepUpTtlMs);
    const path = `/users/${ada.id}/export`;
    mustBeProblem(await app.call('GET', path, { session: ada.session }), 401, 'access.step-up-required');
    const before = await app.call('GET', `/users/${ada.id}/audit`, { bearer: ADMIN_KEY });
    assert.doesNotMatch(before.body, /user\.exported/);
    assert.equal((await app.call('GET', path, { bearer: ADMIN_KEY })).status, 200);
  });

  it('is for the person and the scope exports:read', async () => {
    await using app = await startApp();
    const ada = await join(app);
    const path = `/users/${ada.id}/export`;
    const support = await joinStaff(app, 'support');
    mustBeProblem(await app.call('GET', path, { session: support.session }), 403, 'access.forbidden');
    mustBeProblem(await app.call('GET', path), 401, 'access.unauthenticated');
    const admin = await joinStaff(app, 'admin');
    assert.equal((await app.call('GET', path, { session: admin.session })).status, 200);
    const nowhere = await app.call('GET', `/users/${UNKNOWN_ID}/export`, { bearer: ADMIN_KEY });
    mustBeProblem(nowhere, 404, 'user.not-found');
  });

  it('shows license keys and the ids of staff to callers with the scopes for them only', async () => {
    await using app = await startApp();
    const ada = await join(app);
    const { license_key: key } = await issue(app, ada.id);
    const admin = await joinStaff(app, 'admin');
    const path = `/users/${ada.id}/export`;
    const rename = { session: admin.session, json: { name: 'Countess' } };
    assert.equal((await app.call('PATCH', `/users/${ada.id}`, rename)).status, 200);
    const { token } = await createToken(app, { scopes: ['exports:read'] });
    const narrow = await app.call('GET', path, { bearer: token });
    assert.equal(narrow.status, 200, narrow.body);
    assert.equal('license_key' in narrow.json().licenses[0], false);
    const own = await app.call('GET', path, { session: ada.session });
    for (const { body } of [narrow, own]) assert.ok(!body.includes(admin.id));
    const full = await app.call('GET', path, { bearer: ADMIN_KEY });
    for (const { body } of [own, full]) assert.ok(body.includes(key));
    assert.ok(full.body.includes(admin.id));
  });

  it('answers HEAD without reading the lists', async () => {
    await using app = await startApp();
    const ada = await join(app);
    const answer = await app.call('HEAD', `/users/${ada.id}/export`, { session: ada.session });
    assert.deepEqual([answer.status, answer.body], [200, '']);
  });
});
