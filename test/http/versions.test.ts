import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startLicenseApp } from './license-app.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { afterVerification, startTestApp } from './test-app.ts';

const PASSWORD = 'correct horse battery staple';

describe('versions over HTTP', () => {
  it('of a user rise with each change, and the ETag of each response is the present one', async () => {
    await using app = await startLicenseApp();
    const created = await app.asAdmin('POST', '/users', { json: { email: 'eve@example.com', password: PASSWORD } });
    assert.equal(created.headers.etag, '"1"');
    const path = String(created.headers.location);
    const login = await app.call('POST', '/sessions', { json: { email: 'eve@example.com', password: PASSWORD } });
    assert.equal((await app.asAdmin('GET', path)).headers.etag, '"1"', 'a log-in is no change of the user');
    const bySelf = { session: login.session };
    const changed = await app.call('PATCH', path, { json: { name: 'Eve' }, ...bySelf });
    assert.equal(changed.headers.etag, '"2"');
    assert.equal(changed.headers['cache-control'], 'no-store');
    const password = { password: `${PASSWORD}!`, current_password: PASSWORD };
    const secret = await app.call('PATCH', path, { json: password, ...bySelf, headers: { 'if-match': '"2"' } });
    assert.equal(secret.headers.etag, '"3"');
    assert.equal((await app.asAdmin('GET', path, { headers: { 'if-match': '"9"' } })).headers.etag, '"3"');
  });

  it('of a user are compared again after the current password was verified', async () => {
    let meanwhile = async () => {};
    await using app = await startTestApp({}, (container) => afterVerification(container, () => meanwhile()));
    const { id, session, password } = await join(app);
    meanwhile = async () => {
      meanwhile = async () => {};
      assert.equal((await app.call('PATCH', `/users/${id}`, { json: { name: 'Other' } })).status, 200);
    };
    const json = { password: `${password}!`, current_password: password };
    mustBeProblem(await app.call('PATCH', `/users/${id}`, { json, session }), 409, 'user.stale');
  });

  it('of a license rise with each transition, change and activation, and not with a validation', async () => {
    await using app = await startLicenseApp();
    const issued = await app.asAdmin('POST', `/users/${app.ada.id}/licenses`, {
      json: { expires_at: '2027-01-01T00:00:00Z' },
    });
    assert.equal(issued.headers.etag, '"1"');
    const path = String(issued.headers.location);
    const etagOf = async (method: string, suffix: string, json?: object) => {
      const response = await app.asAdmin(method, `${path}${suffix}`, json === undefined ? {} : { json });
      assert.ok(response.status < 300, response.body);
      return response.headers.etag;
    };
    assert.equal(await etagOf('POST', '/suspend'), '"2"');
    assert.equal(await etagOf('POST', '/reinstate'), '"3"');
    assert.equal(await etagOf('POST', '/renew', { days: 30 }), '"4"');
    assert.equal(await etagOf('PATCH', '', { grace_days: 3 }), '"5"');
    assert.equal(await etagOf('PUT', '/activations/machine-one-0001', {}), undefined);
    assert.equal(await etagOf('GET', ''), '"6"');
    await etagOf('PUT', '/activations/machine-one-0001', { name: 'Laptop' });
    await app.call('POST', '/licenses/validate', { json: { license_key: issued.json().license_key } });
    await app.useCases.recordValidations.execute();
    const validated = await app.asAdmin('GET', path);
    assert.notEqual(validated.json().last_validated_at, null);
    assert.equal(validated.headers.etag, '"6"');
    assert.equal(await etagOf('POST', '/revoke'), '"7"');
  });

  it('stay where a request sets what is there already, and the audit log has no entry', async () => {
    await using app = await startLicenseApp();
    const newest = async () => (await app.asAdmin('GET', '/audit?limit=1')).json()[0].id;
    const terms = { product: 'editor', expires_at: '2027-01-01T00:00:00Z', entitlements: ['a', 'b'] };
    const license = await app.issue({ ...terms, metadata: { order: { id: 1, lines: [2] }, channel: 'x' } });
    const created = await app.asAdmin('POST', '/tokens', { json: { name: 'build', scopes: ['licenses:read'] } });
    const ada = `/users/${app.ada.id}`;
    await app.asAdmin('PATCH', ada, { json: { name: 'Ada' } });
    await app.asAdmin('POST', `/users/${app.bob.id}/ban`, { json: { reason: 'fraud' } });
    const repeated: [method: string, path: string, json: object, resource?: string][] = [
      ['PATCH', ada, { name: 'Ada' }],
      ['PATCH', ada, { name: 'Ada', age: 36, email: 'ada@example.com' }],
      ['POST', `/users/${app.bob.id}/ban`, { reason: 'fraud' }, `/users/${app.bob.id}`],
      ['PATCH', `/licenses/${license.id}`, { grace_days: 0 }],
      ['PATCH', `/licenses/${license.id}`, { ...terms, max_activations: null }],
      ['PATCH', `/licenses/${license.id}`, { metadata: { channel: 'x', order: { lines: [2], id: 1 } } }],
      ['PATCH', String(created.headers.location), { name: 'build', networks: [] }],
    ];
    for (const [method, path, json, resource = path] of repeated) {
      const before = await app.asAdmin('GET', resource);
      const entry = await newest();
      const answer = await app.asAdmin(method, path, { json });
      assert.deepEqual([answer.status, answer.body], [200, before.body], path);
      const after = await app.asAdmin('GET', resource);
      assert.equal(answer.headers.etag, before.headers.etag, `${path} ${JSON.stringify(json)}`);
      assert.deepEqual([after.headers.etag, after.body], [before.headers.etag, before.body], path);
      assert.equal(await newest(), entry, path);
      const other = await app.asAdmin(method, path, { json, headers: { 'if-match': '"77"' } });
      mustBeProblem(other, 412, 'request.precondition-failed');
    }
    const present = { session: app.ada.session };
    const same = { email: 'ada@example.com', current_password: 'a harmless pass phrase' };
    const { headers } = await app.asAdmin('GET', ada);
    assert.equal((await app.call('PATCH', ada, { json: same, ...present })).headers.etag, headers.etag);
    assert.equal((await app.asAdmin('GET', ada)).headers.etag, headers.etag);
  });

  it('that If-Match does not name are not changed: 412', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ expires_at: '2027-01-01T00:00:00Z' });
    const attempts: [string, string, object?][] = [
      ['PATCH', `/licenses/${license.id}`, { grace_days: 9 }],
      ['POST', `/licenses/${license.id}/suspend`],
      ['POST', `/licenses/${license.id}/reinstate`],
      ['POST', `/licenses/${license.id}/revoke`],
      ['POST', `/licenses/${license.id}/renew`, { days: 9 }],
      // An invalid field is found after the version.
      ['PATCH', `/users/${app.ada.id}`, { age: 3 }],
      ['PATCH', `/users/${app.ada.id}`, { name: 'no one' }],
      ['DELETE', `/users/${app.ada.id}`],
    ];
    const before = await Promise.all(
      [`/licenses/${license.id}`, `/users/${app.ada.id}`].map(async (path) => (await app.asAdmin('GET', path)).body),
    );
    for (const [method, path, json] of attempts) {
      for (const tags of ['"77"', 'W/"1"', '"77", W/"1" , "x"', '"01"', '""', '"77",,']) {
        const ask = { ...(json === undefined ? {} : { json }), headers: { 'if-match': tags } };
        const response = await app.asAdmin(method, path, ask);
        mustBeProblem(response, 412, 'request.precondition-failed');
      }
    }
    const after = await Promise.all(
      [`/licenses/${license.id}`, `/users/${app.ada.id}`].map(async (path) => (await app.asAdmin('GET', path)).body),
    );
    assert.deepEqual(after, before);
  });

  it('are changed where If-Match names them in a list, or is *', async () => {
    await using app = await startLicenseApp();
    const path = `/users/${app.ada.id}`;
    const version = Number(String((await app.asAdmin('GET', path)).headers.etag).slice(1, -1));
    const list = { 'if-match': `W/"x", "a" ,, "${version}"` };
    const changed = await app.asAdmin('PATCH', path, { json: { name: 'Ada' }, headers: list });
    assert.equal(changed.headers.etag, `"${version + 1}"`);
    assert.equal((await app.asAdmin('DELETE', path, { headers: { 'if-match': '*' } })).status, 204);
    mustBeProblem(await app.asAdmin('DELETE', path, { headers: { 'if-match': '"1"' } }), 404, 'user.not-found');
  });

  it('of two concurrent changes with the same If-Match one succeeds', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue({});
    const headers = { 'if-match': '"1"' };
    const responses = await Promise.all(
      [1, 2, 3].map((days) => app.asAdmin('PATCH', `/licenses/${id}`, { json: { grace_days: days }, headers })),
    );
    assert.deepEqual(responses.map(({ status }) => status).sort(), [200, 412, 412]);
  });

  it('are not taken by other routes, nor in another form: 400', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue({});
    const headers = { 'if-match': '"1"' };
    const others: [string, string, object?][] = [
      ['POST', '/users', { email: 'eve@example.com' }],
      ['POST', `/users/${app.ada.id}/licenses`, {}],
      ['POST', '/licenses/validate', {}],
      ['PUT', `/licenses/${id}/activations/machine-one-0001`, {}],
      ['DELETE', '/'],
      ['DELETE', '/sessions'],
    ];
    for (const [method, path, json] of others) {
      mustBeProblem(await app.asAdmin(method, path, { ...(json && { json }), headers }), 400, 'request.invalid');
    }
    for (const malformed of ['', '1', '"1', '"1" "2"', '*, "1"', 'w/"1"', '"a b"', ',']) {
      const ask = { headers: { 'if-match': malformed } };
      mustBeProblem(await app.asAdmin('POST', `/licenses/${id}/suspend`, ask), 400, 'request.invalid');
    }
    assert.equal((await app.asAdmin('GET', '/users', { headers })).status, 200);
  });

  it('are not revealed to callers without access, and come after an unknown resource', async () => {
    await using app = await startLicenseApp();
    const headers = { 'if-match': '"77"' };
    const anonymous = await app.call('PATCH', `/users/${app.ada.id}`, { json: { name: 'x' }, headers });
    mustBeProblem(anonymous, 401, 'access.unauthenticated');
  });
});

describe('If-None-Match', () => {
  for (const path of ['/.well-known/jwks.json', '/docs/json', '/docs/yaml']) {
    it(`gives 304 for ${path} without a body`, async () => {
      await using app = await startLicenseApp();
      const first = await app.call('GET', path);
      assert.equal(first.status, 200);
      const etag = String(first.headers.etag);
      const strong = etag.replace(/^W\//, '');
      for (const tags of [etag, strong, `W/${strong}`, `"x", ${etag}`, '*']) {
        const again = await app.call('GET', path, { headers: { 'if-none-match': tags } });
        assert.deepEqual([again.status, again.body, again.headers.etag], [304, '', etag], tags);
        assert.equal(again.headers['cache-control'], first.headers['cache-control']);
      }
      for (const tags of ['"x"', 'W/"x"', strong.slice(1, -1), '']) {
        const again = await app.call('GET', path, { headers: { 'if-none-match': tags } });
        assert.deepEqual([again.status, again.body], [200, first.body], tags);
      }
    });
  }
});
