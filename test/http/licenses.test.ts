import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anId } from '../builders/ids.ts';
import { aKey } from '../builders/license-builder.ts';
import { startLicenseApp } from './license-app.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Ask } from './test-app.ts';

const DAY_MS = 86_400_000;

describe('licenses over HTTP', () => {
  it('are issued with no terms, and with all of them', async () => {
    await using app = await startLicenseApp();
    const bare = await app.asAdmin('POST', `/users/${app.ada.id}/licenses`);
    assert.equal(bare.status, 201, bare.body);
    const { id, license_key: key, ...rest } = bare.json();
    assert.equal(bare.headers.location, `/licenses/${id}`);
    assert.match(key, /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){5}$/);
    assert.deepEqual(rest, {
      user_id: app.ada.id,
      product: null,
      status: 'active',
      issued_at: '2026-01-01T00:00:00Z',
      starts_at: '2026-01-01T00:00:00Z',
      expires_at: null,
      grace_days: 0,
      max_activations: null,
      activations: 0,
      entitlements: [],
      metadata: {},
      last_validated_at: null,
      owner_banned: false,
    });

    const terms = {
      product: 'editor',
      starts_at: '2026-02-01T00:00:00Z',
      expires_at: '2027-02-01T00:00:00Z',
      grace_days: 14,
      max_activations: 5,
      entitlements: ['pdf', 'sso'],
      metadata: { order: { number: 4711 }, note: 'žluťoučký 🐎' },
    };
    const full = await app.issue(terms);
    assert.deepEqual({ ...full, ...terms }, full);
    assert.equal(full.status, 'scheduled');
    const read = await app.asAdmin('GET', `/licenses/${full.id}`);
    assert.deepEqual([read.status, read.json()], [200, full]);
  });

  it('answer 404 for an unknown user or license, and 422 with every broken rule at once', async () => {
    await using app = await startLicenseApp();
    const statusOf = async (method: string, path: string, json?: object) => {
      const answer = await app.asAdmin(method, path, json === undefined ? {} : { json });
      return `${answer.status} ${answer.json().code}`;
    };
    assert.equal(await statusOf('POST', `/users/${anId(9)}/licenses`, {}), '404 user.not-found');
    assert.equal(await statusOf('GET', `/users/${anId(9)}/licenses`), '404 user.not-found');
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/suspend'],
      ['POST', '/revoke'],
      ['GET', '/activations'],
      ['PUT', '/activations/m1'],
      ['DELETE', '/activations/m1'],
      ['POST', '/checkout'],
    ] as const) {
      assert.equal(await statusOf(method, `/licenses/${anId(9)}${path}`), '404 license.not-found', `${method} ${path}`);
    }
    assert.equal(await statusOf('PATCH', `/licenses/${anId(9)}`, { grace_days: 1 }), '404 license.not-found');
    assert.equal(await statusOf('GET', '/licenses/0'), '400 request.invalid');
    // Access and existence come before the rules.
    assert.equal(await statusOf('POST', `/users/${anId(9)}/licenses`, { grace_days: 999 }), '404 user.not-found');
    assert.equal(await statusOf('PUT', `/licenses/${anId(9)}/activations/%20`), '404 license.not-found');
    const { id } = await app.issue();
    assert.equal(await statusOf('PUT', `/licenses/${id}/activations/%20`), '422 license.invalid');
    const denied = await app.call('PUT', `/licenses/${id}/activations/%20`, { session: app.bob.session });
    mustBeProblem(denied, 403, 'access.forbidden');

    const broken = {
      product: '',
      grace_days: 400,
      max_activations: 0,
      entitlements: ['a b'],
      metadata: { a: '\u0000' },
    };
    const answer = await app.asAdmin('POST', `/users/${app.ada.id}/licenses`, { json: broken });
    assert.deepEqual([answer.status, answer.json().code, answer.json().errors.length], [422, 'license.invalid', 5]);
    for (const json of [{ grace_days: '3' }, { expires_at: '2027-01-01' }, { days: 3 }, { status: 'active' }]) {
      assert.equal(
        await statusOf('POST', `/users/${app.ada.id}/licenses`, json),
        '400 request.invalid',
        JSON.stringify(json),
      );
    }
  });

  it('keep 16 KiB of metadata, refuse a byte more, and survive thirty thousand brackets', async () => {
    await using app = await startLicenseApp();
    const put = async (metadata: unknown) =>
      (await app.asAdmin('POST', `/users/${app.ada.id}/licenses`, { json: { metadata } })).status;
    const most = 16_384 - JSON.stringify({ a: '' }).length;
    assert.equal(await put({ a: 'x'.repeat(most) }), 201);
    assert.equal(await put({ a: 'x'.repeat(most + 1) }), 422);
    assert.equal(await put([]), 400);
    const payload = `{"metadata":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`;
    const headers = { 'content-type': 'application/json' };
    assert.equal((await app.asAdmin('POST', `/users/${app.ada.id}/licenses`, { payload, headers })).status, 422);
  });

  it('are found by ids in capitals (RFC 9562: case does not matter on input)', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    const [id, owner] = [license.id.toUpperCase(), app.ada.id.toUpperCase()];
    for (const path of [`/licenses/${id}`, `/users/${owner}/licenses`, `/licenses?user_id=${owner}`]) {
      const answer = await app.call('GET', path, { bearer: ADMIN_KEY });
      assert.deepEqual([answer.status, [answer.json()].flat()[0].id], [200, license.id], path);
    }
    const own = await app.call('GET', `/users/${owner}`, { session: app.ada.session });
    assert.deepEqual([own.status, own.json().id], [200, app.ada.id]);
    const [session] = (await app.call('GET', '/sessions', { session: app.bob.session })).json();
    const path = `/sessions/${session.id.toUpperCase()}`;
    assert.equal((await app.call('DELETE', path, { session: app.bob.session })).status, 204);
    assert.equal((await app.asAdmin('PUT', `/licenses/${id}/activations/m1`)).status, 201);
  });

  it('keep every number of metadata, and reject one that would change', async () => {
    await using app = await startLicenseApp();
    const put = (metadata: string) => {
      const headers = { 'content-type': 'application/json' };
      return app.asAdmin('POST', `/users/${app.ada.id}/licenses`, { payload: `{"metadata":${metadata}}`, headers });
    };
    for (const kept of ['0', '-0.0', '1.50', '1E3', '9007199254740992', '18446744073709551616', '0.1', '5e-324']) {
      const answer = await put(`{"order":${kept}}`);
      assert.deepEqual([answer.status, answer.json().metadata.order], [201, Number(kept) || 0], kept);
    }
    // What printf("%.17g") makes of a tenth.
    assert.equal((await put('{"share":0.10000000000000001}')).json().metadata.share, 0.1);
    for (const changed of ['{"order":9007199254740993}', '{"order":1e400}', '{"a":{"b":[{"order":1e-400}]}}']) {
      const answer = await put(changed);
      assert.equal(answer.status, 400, changed);
      assert.deepEqual(answer.json().errors, ['order is a number that cannot be stored exactly.']);
    }
    assert.deepEqual((await put('{"orders":[1,9007199254740993]}')).json().errors, [
      'A list has a number that cannot be stored exactly.',
    ]);
    assert.equal((await put('{"order":"9007199254740993","text":"1e400: 9007199254740993"}')).status, 201);
  });

  it('are changed field by field', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ product: 'editor', expires_at: '2027-01-01T00:00:00Z', max_activations: 5 });
    const change = { expires_at: null, max_activations: 1, grace_days: 3, entitlements: ['pdf'], metadata: { b: 2 } };
    const changed = await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: change });
    assert.deepEqual([changed.status, changed.json()], [200, { ...license, ...change }]);
    assert.deepEqual((await app.asAdmin('GET', `/licenses/${license.id}`)).json(), changed.json());
    for (const json of [{}, { status: 'revoked' }, { user_id: app.bob.id }, { starts_at: null }]) {
      assert.equal((await app.asAdmin('PATCH', `/licenses/${license.id}`, { json })).status, 400, JSON.stringify(json));
    }
    assert.equal((await app.asAdmin('PATCH', `/licenses/${license.id}`, { json: { grace_days: 366 } })).status, 422);
  });

  it('can be moved to another product, and to another beginning until they have begun', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ starts_at: '2026-02-01T00:00:00Z', expires_at: '2026-03-01T00:00:00Z' });
    const patch = (json: object) => app.asAdmin('PATCH', `/licenses/${license.id}`, { json });
    for (const change of [
      { product: 'editor', starts_at: '2026-02-15T00:00:00Z' },
      { product: null },
      { starts_at: '2026-04-01T00:00:00Z', expires_at: '2026-05-01T00:00:00Z' },
      { starts_at: '2026-01-01T00:00:00Z' },
    ]) {
      const answer = await patch(change);
      const { status: _, ...shown } = answer.json();
      assert.deepEqual([answer.status, { ...shown, ...change }], [200, shown]);
    }
    mustBeProblem(await patch({ starts_at: '2026-02-01T00:00:00Z' }), 409, 'license.state');
    mustBeProblem(await patch({ product: '' }), 422, 'license.invalid', 'product');
    const late = await app.issue({ starts_at: '2026-02-01T00:00:00Z', expires_at: '2026-03-01T00:00:00Z' });
    const json = { starts_at: '2026-03-01T00:00:00Z' };
    mustBeProblem(await app.asAdmin('PATCH', `/licenses/${late.id}`, { json }), 422, 'license.invalid', 'expires_at');
  });

  it('are found by their key: for an administrator, and without a trace', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue({ product: 'editor', max_activations: 1 });
    const lookUp = (key: string, ask: Ask = { bearer: ADMIN_KEY }) =>
      app.call('POST', '/licenses/lookup', { json: { license_key: key }, ...ask });
    const rows = app.rows();
    for (const typed of [license.license_key, license.license_key.toLowerCase().replaceAll('-', ' ')]) {
      const answer = await lookUp(typed);
      assert.deepEqual([answer.status, answer.json()], [200, license], typed);
    }
    await app.useCases.recordValidations.execute();
    assert.deepEqual((await app.asAdmin('GET', `/licenses/${license.id}`)).json(), license);
    assert.deepEqual(app.rows(), rows);

    mustBeProblem(await lookUp(`${license.license_key}0`), 400, 'license.key-malformed');
    mustBeProblem(await lookUp(aKey()), 404, 'license.not-found');
    mustBeProblem(await lookUp(license.license_key, {}), 401, 'access.unauthenticated');
    mustBeProblem(await lookUp('no key', { session: app.ada.session }), 403, 'access.forbidden');
    const asApplication = { headers: { authorization: `License ${license.license_key}` } };
    mustBeProblem(await lookUp(license.license_key, asApplication), 403, 'access.forbidden');
    // More often than the limit of a minute allows.
    for (let index = 0; index < 700; index += 1) assert.equal((await lookUp(license.license_key)).status, 200);
  });

  it('ASVS 2.3.1: move as the state machine says, and answer 409 to every other move', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue({ expires_at: '2026-02-01T00:00:00Z' });
    const move = async (name: string) => {
      const answer = await app.asAdmin(
        'POST',
        `/licenses/${id}/${name}`,
        name === 'renew' ? { json: { days: 1 } } : {},
      );
      return `${name} ${answer.status} ${answer.json().code ?? answer.json().status}`;
    };
    const moves = ['reinstate', 'suspend', 'suspend', 'renew', 'reinstate', 'renew', 'revoke', 'revoke'];
    const answers: string[] = [];
    for (const name of [...moves, 'suspend', 'reinstate', 'renew']) answers.push(await move(name));
    assert.deepEqual(answers, [
      'reinstate 409 license.state',
      'suspend 200 suspended',
      'suspend 409 license.state',
      'renew 200 suspended',
      'reinstate 200 active',
      'renew 200 active',
      'revoke 200 revoked',
      'revoke 409 license.state',
      'suspend 409 license.state',
      'reinstate 409 license.state',
      'renew 409 license.state',
    ]);
    assert.equal((await app.asAdmin('GET', `/licenses/${id}`)).json().expires_at, '2026-02-03T00:00:00Z');
  });

  it('are renewed to a moment or by days, from the later of now and the end', async () => {
    await using app = await startLicenseApp();
    const { id } = await app.issue({ expires_at: '2026-01-11T00:00:00Z' });
    const renew = async (json: object) => {
      const answer = await app.asAdmin('POST', `/licenses/${id}/renew`, { json });
      return answer.json().expires_at ?? `${answer.status} ${answer.json().code}`;
    };
    assert.equal(await renew({ days: 10 }), '2026-01-21T00:00:00Z');
    app.clock.advance(40 * DAY_MS);
    assert.equal(await renew({ days: 10 }), '2026-02-20T00:00:00Z');
    assert.equal(await renew({ expires_at: '2026-03-01T00:00:00Z' }), '2026-03-01T00:00:00Z');
    assert.equal(await renew({ expires_at: '2026-02-28T00:00:00Z' }), '422 license.invalid');
    assert.equal(await renew({}), '400 request.invalid');
    assert.equal(await renew({ days: 1, expires_at: '2030-01-01T00:00:00Z' }), '422 license.invalid');
    assert.equal(await renew({ days: '1' }), '400 request.invalid');
  });

  it('leave with their user, activations and all', async () => {
    await using app = await startLicenseApp();
    const license = await app.issue();
    await app.activate(license, 'm1');
    assert.equal((await app.asAdmin('DELETE', `/users/${app.ada.id}`)).status, 204);
    assert.equal((await app.asAdmin('GET', `/licenses/${license.id}`)).status, 404);
    assert.equal((await app.validate({ license_key: license.license_key, fingerprint: 'm1' })).code, 'NOT_FOUND');
    assert.deepEqual((await app.asAdmin('GET', '/licenses')).json(), []);
  });
});
