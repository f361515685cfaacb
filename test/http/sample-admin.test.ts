import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

const EMAIL = 'admin@example.com';

describe('The sample administrator', () => {
  it('may administer a development server with the password in the file beside the store', async () => {
    await using app = await startTestApp({ SAMPLE_USERS: 'on', ADMIN_API_KEY: ADMIN_KEY, LOG_FORMAT: 'pretty' });
    const file = join(app.folder, 'sample-admin-password');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const password = readFileSync(file, 'utf8').trim();
    assert.match(password, /^[\w-]{43}$/);
    assert.equal(await app.samplePassword(), password);
    const { session } = await app.call('POST', '/sessions', { json: { email: EMAIL, password } });
    assert.equal((await app.call('GET', '/staff', { session })).json()[0].email, EMAIL);
    const licenses = (await app.call('GET', '/licenses', { session })).json();
    assert.deepEqual([...new Set(licenses.map(({ status }: { status: string }) => status))].sort(), [
      'active',
      'expired',
      'in_grace',
      'revoked',
      'scheduled',
      'suspended',
    ]);
    const pair = await app.call('GET', '/connected/register/sample-dev1/sample-dev2', { session });
    assert.equal(pair.status, 200);
  });

  it('sees what the samples have done in the order of its time, and that what has a machine was validated today', async () => {
    await using app = await startTestApp({ SAMPLE_USERS: 'on', ADMIN_API_KEY: ADMIN_KEY });
    const bearer = ADMIN_KEY;
    const entries: { at: string }[] = (await app.call('GET', '/audit?limit=100', { bearer })).json();
    const times = entries.map(({ at }) => at);
    assert.ok(times.length > 10);
    assert.deepEqual(times, times.toSorted().toReversed(), 'newest first');
    const licenses: { activations: number; last_validated_at: string | null }[] = (
      await app.call('GET', '/licenses', { bearer })
    ).json();
    const today = new Date(app.clock.now()).toISOString().slice(0, 10);
    for (const { activations, last_validated_at: last } of licenses) {
      assert.equal(last?.slice(0, 10), activations > 0 ? today : undefined);
    }
  });

  it('is printed only while its password is unchanged', async () => {
    await using app = await startTestApp({ SAMPLE_USERS: 'on', ADMIN_API_KEY: ADMIN_KEY, LOG_FORMAT: 'pretty' });
    const bearer = ADMIN_KEY;
    const { reset_token } = (await app.call('POST', '/reset_password', { json: { email: EMAIL } })).json();
    const json = { email: EMAIL, reset_token, new_password: 'another correct horse' };
    assert.equal((await app.call('PUT', '/reset_password', { json, bearer })).status, 200);
    assert.equal(await app.samplePassword(), undefined);
  });

  it('is refused in production: its password, its sessions, and as the admin that a start needs', async () => {
    await using development = await startTestApp({ SAMPLE_USERS: 'on', ADMIN_API_KEY: ADMIN_KEY });
    const password = readFileSync(join(development.folder, 'sample-admin-password'), 'utf8').trim();
    const json = { email: EMAIL, password };
    const { session } = await development.call('POST', '/sessions', { json });
    assert.equal((await development.call('GET', '/staff', { session })).status, 200);
    const order = { name: 'mine', scopes: ['users:read'] };
    const created = await development.call('POST', '/tokens', { session, json: order });
    const { token } = created.json();
    assert.equal((await development.call('GET', '/users', { bearer: token })).status, 200, created.body);
    const store = { NODE_ENV: 'production', DATABASE_URL: `file:${development.databaseFile}` };
    const lines: string[] = [];
    const logSink = { write: (line: string) => void lines.push(line) };
    await using production = await startTestApp({ ...store, ADMIN_API_KEY: ADMIN_KEY, LOG_LEVEL: 'warn' }, undefined, {
      logSink,
    });
    assert.match(lines.join(''), /the sample administrator of development is in this store/);
    mustBeProblem(await production.call('POST', '/sessions', { json }), 401, 'credentials.wrong');
    mustBeProblem(await production.call('GET', '/staff', { session }), 401, 'access.unauthenticated');
    mustBeProblem(await production.call('GET', '/users', { bearer: token }), 401, 'token.refused');
    await assert.rejects(startTestApp(store), /ADMIN_API_KEY is needed in production/);
    const [{ user_id: id }] = (await production.call('GET', '/staff', { bearer: ADMIN_KEY })).json();
    assert.equal((await production.call('DELETE', `/users/${id}`, { bearer: ADMIN_KEY })).status, 204);
  });
});
