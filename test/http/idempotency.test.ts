import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startLicenseApp } from './license-app.ts';
import { mustBeProblem } from './problems.ts';

const key = (value: string) => ({ headers: { 'idempotency-key': value } });
const EVE = { email: 'eve@example.com', name: 'Eve', password: 'correct horse battery staple' };

describe('Idempotency-Key', () => {
  it('gives the first response again, and creates nothing twice', async () => {
    await using app = await startLicenseApp();
    const first = await app.asAdmin('POST', '/users', { json: EVE, ...key('k1') });
    assert.deepEqual([first.status, first.headers['idempotency-replayed']], [201, undefined]);
    // Other order of members, other password, quotes of the draft.
    const { password: _, ...rest } = EVE;
    const json = { ...rest, password: 'another password of hers' };
    const again = await app.asAdmin('POST', '/users', { json, ...key('"k1"') });
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.deepEqual([again.headers.location, again.headers.etag], [first.headers.location, first.headers.etag]);
    assert.equal(again.headers['idempotency-replayed'], 'true');
    mustBeProblem(await app.asAdmin('POST', '/users', { json: EVE, ...key('k2') }), 409, 'user.email-taken');
    const other = { json: { email: 'mallory@example.com' }, ...key('k1') };
    mustBeProblem(await app.asAdmin('POST', '/users', other), 422, 'idempotency.mismatch');
  });

  it('comes before existence, versions and states', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue({ expires_at: '2027-01-01T00:00:00Z' });
    const ask = { headers: { 'idempotency-key': 'k', 'if-match': '"1"' } };
    const first = await app.asAdmin('POST', `/licenses/${id}/suspend`, ask);
    const again = await app.asAdmin('POST', `/licenses/${id}/suspend`, ask);
    assert.deepEqual([first.status, again.status, again.body, again.headers.etag], [200, 200, first.body, '"2"']);
    for (const [path, json] of [
      ['renew', { days: 3 }],
      ['reinstate', undefined],
      ['revoke', undefined],
    ] as const) {
      const send = () => app.asAdmin('POST', `/licenses/${id}/${path}`, { ...(json && { json }), ...key('k') });
      assert.deepEqual([(await send()).status, (await send()).headers['idempotency-replayed']], [200, 'true'], path);
    }
    mustBeProblem(await app.call('POST', `/licenses/${id}/suspend`, ask), 401, 'access.unauthenticated');
  });

  it('lets a change of the password be repeated with the old one', async () => {
    await using app = await startLicenseApp();
    await app.asAdmin('POST', '/users', { json: EVE });
    const session = (await app.call('POST', '/sessions', { json: { email: EVE.email, password: EVE.password } }))
      .session;
    const { id } = (await app.asAdmin('GET', `/users?email=${EVE.email}`)).json()[0];
    const json = { password: 'a new password for eve', current_password: EVE.password };
    const send = () => app.call('PATCH', `/users/${id}`, { json, session, ...key('p') });
    const [first, again] = [await send(), await send()];
    assert.deepEqual([first.status, again.status, again.body], [200, 200, first.body]);
    const asAdmin = await app.asAdmin('PATCH', `/users/${id}`, { json: { name: 'E' }, ...key('p') });
    assert.equal(asAdmin.status, 200, 'keys of one caller are not those of another');
  });

  it('makes one change of concurrent repetitions', async () => {
    await using app = await startLicenseApp();
    const path = `/users/${app.ada.id}/licenses`;
    const responses = await Promise.all([1, 2, 3, 4].map(() => app.asAdmin('POST', path, { json: {}, ...key('c') })));
    assert.deepEqual([...new Set(responses.map(({ status, body }) => `${status} ${body}`))].length, 1);
    assert.equal((await app.asAdmin('GET', path)).json().length, 1);
  });

  it('records no failure, and is kept for IDEMPOTENCY_RETENTION', async () => {
    await using app = await startLicenseApp({ IDEMPOTENCY_RETENTION: '1h' });
    const create = (age: number) => app.asAdmin('POST', '/users', { json: { email: EVE.email, age }, ...key('f') });
    mustBeProblem(await create(3), 422, 'user.invalid');
    assert.equal((await create(30)).status, 201);
    app.clock.advance(3_599_999);
    assert.equal((await create(30)).headers['idempotency-replayed'], 'true');
    app.clock.advance(1);
    mustBeProblem(await create(30), 409, 'user.email-taken');
    await app.useCases.purgeExpired.execute();
    assert.equal((await app.rows()).idempotency_records, 0);
  });

  it('is rejected where the response is not stored, ignored elsewhere, and must be visible ASCII', async () => {
    await using app = await startLicenseApp();
    for (const path of ['/sessions', '/reset_password']) {
      const json = { email: EVE.email, ...(path === '/sessions' && { password: 'x' }) };
      mustBeProblem(await app.call('POST', path, { json, ...key('k') }), 400, 'request.invalid');
    }
    const validation = { json: { license_key: 'x' }, ...key('') };
    assert.equal((await app.call('POST', '/licenses/validate', validation)).status, 200);
    for (const bad of ['', '""', 'a b', 'é', 'x'.repeat(256)]) {
      mustBeProblem(await app.asAdmin('POST', '/users', { json: EVE, ...key(bad) }), 400, 'request.invalid');
    }
    const form = await app.asAdmin('POST', '/users', {
      form: { email: EVE.email, password: EVE.password },
      ...key('g'),
    });
    const again = await app.asAdmin('POST', '/users', {
      form: { email: EVE.email, password: EVE.password },
      ...key('g'),
    });
    assert.deepEqual([form.status, again.body, again.headers['idempotency-replayed']], [200, form.body, 'true']);
  });
});
