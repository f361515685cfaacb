import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createToken, joinStaff, startProduction } from './access-table.ts';
import { startLicenseApp } from './license-app.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Ask, startTestApp, type TestApp } from './test-app.ts';

const FORM = /^gld_api_[0-9A-Za-z]{38}$/;
const VECTOR = 'gld_api_0123456789abcdefghijABCDEFGHIJKL1d28u7';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const asRoot =
  (app: TestApp) =>
  (method: string, path: string, ask: Ask = {}) =>
    app.call(method, path, { bearer: ADMIN_KEY, ...ask });

const READER = { scopes: ['licenses:read'] };

/** What `GET /me` answers to this bearer. */
const statusOf = async (app: TestApp, bearer: string, ask: Ask = {}) =>
  (await app.call('GET', '/me', { bearer, ...ask })).status;

describe('POST /tokens', () => {
  it('returns the token once, with its record', async () => {
    await using app = await startProduction();
    const answer = await asRoot(app)('POST', '/tokens', {
      json: { name: 'build server', scopes: ['licenses:read'], products: ['editor'], networks: ['127.0.0.0/8'] },
    });
    assert.equal(answer.status, 201, answer.body);
    const { token, ...record } = answer.json();
    assert.match(token, FORM);
    assert.deepEqual(record, {
      id: record.id,
      name: 'build server',
      hint: token.slice(-4),
      scopes: ['licenses:read'],
      products: ['editor'],
      networks: ['127.0.0.0/8'],
      created_by: null,
      created_at: '2026-01-01T00:00:00Z',
      expires_at: '2026-04-01T00:00:00Z',
      last_used_at: null,
      last_used_ip: null,
      status: 'active',
    });
    assert.equal(answer.headers.location, `/tokens/${record.id}`);
    const read = await asRoot(app)('GET', `/tokens/${record.id}`);
    assert.deepEqual([read.json(), read.headers.etag], [record, '"1"']);
    assert.deepEqual((await asRoot(app)('GET', '/tokens')).json(), [record]);
  });

  it('belongs to the person whose session creates it', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    const { token, created_by } = await createToken(app, READER, { session: ada.session });
    assert.equal(created_by, ada.id);
    const { kind, user, scopes, products, role } = (await app.call('GET', '/me', { bearer: token })).json();
    assert.deepEqual(
      { kind, user, scopes, products, role },
      {
        kind: 'token',
        user: { id: ada.id, email: ada.email, name: 'Ada' },
        scopes: ['licenses:read'],
        products: undefined,
        role: undefined,
      },
    );
  });

  it('lists the newest first', async () => {
    await using app = await startProduction();
    const ids = [(await createToken(app)).id, (await createToken(app)).id, (await createToken(app)).id];
    const listed: { id: string }[] = (await asRoot(app)('GET', '/tokens')).json();
    assert.deepEqual(
      listed.map(({ id }) => id),
      ids.toReversed(),
    );
  });

  it('rejects values outside their bounds with 400', async () => {
    await using app = await startProduction();
    const valid = { name: 'x', scopes: ['licenses:read'] };
    for (const [field, json] of [
      ['name', { ...valid, name: '' }],
      ['name', { ...valid, name: 'x'.repeat(101) }],
      ['name', { scopes: ['licenses:read'] }],
      ['scopes', { name: 'x' }],
      ['scopes.0', { ...valid, scopes: ['everything'] }],
      ['expires_in_days', { ...valid, expires_in_days: 0 }],
      ['expires_in_days', { ...valid, expires_in_days: 401 }],
      ['expires_in_days', { ...valid, expires_in_days: 1.5 }],
      ['products', { ...valid, products: null }],
      ['networks.0', { ...valid, networks: [5] }],
      ['owner', { ...valid, owner: UNKNOWN_ID }],
    ] as const) {
      mustBeProblem(await asRoot(app)('POST', '/tokens', { json }), 400, 'request.invalid', field);
    }
    const { id } = await createToken(app);
    const rotate = (json: object) => asRoot(app)('POST', `/tokens/${id}/rotate`, { json });
    for (const overlap_s of [-1, 604_801]) {
      mustBeProblem(await rotate({ overlap_s }), 400, 'request.invalid', 'overlap_s');
    }
    for (const json of [{}, { name: '' }, { name: null }, { scopes: [] }]) {
      mustBeProblem(await asRoot(app)('PATCH', `/tokens/${id}`, { json }), 400, 'request.invalid');
    }
  });

  it('rejects what a token cannot be with 422, with all errors', async () => {
    await using app = await startProduction();
    const valid = { name: 'x', scopes: ['licenses:read'] };
    const many = (count: number, of: (n: number) => string) => Array.from({ length: count }, (_, n) => of(n));
    for (const [field, json] of [
      ['scopes', { ...valid, scopes: [] }],
      ['scopes', { ...valid, scopes: ['staff:write'] }],
      ['scopes', { ...valid, scopes: ['tokens:write'] }],
      ['scopes', { ...valid, scopes: ['users:credentials'] }],
      ['scopes', { ...valid, scopes: ['users:delete'] }],
      ['scopes', { ...valid, scopes: ['audit:read'], products: ['editor'] }],
      ['scopes', { ...valid, scopes: ['exports:read'], products: ['editor'] }],
      ['scopes', { ...valid, scopes: ['users:ban'], products: ['editor'] }],
      ['scopes', { ...valid, scopes: ['metrics:read'], products: ['editor'] }],
      ['networks', { ...valid, networks: ['10.0.0.0'] }],
      ['networks', { ...valid, networks: many(33, (n) => `10.0.${n}.0/24`) }],
      ['products', { ...valid, products: many(65, (n) => `p${n}`) }],
      ['product', { ...valid, products: ['two\nlines'] }],
      ['name', { ...valid, name: 'two\nlines' }],
    ] as const) {
      mustBeProblem(await asRoot(app)('POST', '/tokens', { json }), 422, 'token.invalid', field);
    }
    const both = await asRoot(app)('POST', '/tokens', { json: { name: ' ', scopes: [], networks: ['x'] } });
    assert.equal(both.json().errors.length, 3);
    const { id } = await createToken(app);
    const change = await asRoot(app)('PATCH', `/tokens/${id}`, { json: { networks: ['x/8'] } });
    mustBeProblem(change, 422, 'token.invalid', 'networks');
    assert.deepEqual((await asRoot(app)('GET', '/tokens')).json().length, 1);
  });

  it('gives no more than its creator has, which is decided before the scope', async () => {
    await using app = await startProduction();
    const support = { session: (await joinStaff(app, 'support')).session };
    const create = (ask: Ask, scopes: string[], more: object = {}) =>
      app.call('POST', '/tokens', { ...ask, json: { name: 'x', scopes, ...more } });
    mustBeProblem(await create(support, ['users:delete']), 403, 'token.scope-too-wide');
    mustBeProblem(await create(support, ['users:read']), 403, 'access.forbidden');
    const owner = await createToken(app, { scopes: ['licenses:read'], products: ['editor'], expires_in_days: 30 });
    const asToken = { bearer: owner.token };
    mustBeProblem(await create(asToken, ['licenses:write']), 403, 'token.scope-too-wide');
    mustBeProblem(await create(asToken, ['licenses:read']), 403, 'token.scope-too-wide');
    const within = { products: ['editor'], expires_in_days: 30 };
    mustBeProblem(await create(asToken, ['licenses:read'], within), 403, 'access.forbidden');
    const longer = { ...within, expires_in_days: 31 };
    mustBeProblem(await create(asToken, ['licenses:read'], longer), 403, 'token.scope-too-wide');
    const person = { session: (await join(app)).session };
    mustBeProblem(await create(person, ['users:delete']), 403, 'access.forbidden');
    mustBeProblem(await create({}, ['users:delete']), 401, 'access.unauthenticated');
    const admin = { session: (await joinStaff(app, 'admin')).session };
    mustBeProblem(await create(admin, ['staff:write']), 422, 'token.invalid');
  });

  it('takes a step-up of people', async () => {
    await using app = await startProduction();
    const ask = { session: (await joinStaff(app, 'admin')).session };
    const { id } = await createToken(app, READER, ask);
    app.clock.advance(app.config.stepUpTtlMs);
    for (const [method, path, json] of [
      ['POST', '/tokens', { name: 'x', scopes: ['licenses:read'] }],
      ['PATCH', `/tokens/${id}`, { name: 'x' }],
      ['POST', `/tokens/${id}/rotate`, {}],
      ['DELETE', `/tokens/${id}`, undefined],
    ] as const) {
      mustBeProblem(await app.call(method, path, { ...ask, json }), 401, 'access.step-up-required');
    }
    assert.equal((await app.call('GET', '/tokens', ask)).status, 200);
    assert.equal((await app.call('GET', `/tokens/${id}`, ask)).status, 200);
  });

  it('allows 100 live tokens for each owner', async () => {
    await using app = await startProduction();
    for (let n = 0; n < 99; n += 1) await createToken(app, { ...READER, expires_in_days: 2 });
    const { id } = await createToken(app, { ...READER, expires_in_days: 1 });
    const create = () => asRoot(app)('POST', '/tokens', { json: { name: 'x', ...READER } });
    mustBeProblem(await create(), 409, 'token.too-many');
    const admin = { session: (await joinStaff(app, 'admin')).session };
    await createToken(app, READER, admin);
    app.clock.advance(DAY_MS);
    assert.equal((await create()).status, 201, 'an expired one does not count');
    mustBeProblem(await asRoot(app)('POST', `/tokens/${id}/rotate`, { json: {} }), 409, 'token.too-many');
  });

  it('takes no Idempotency-Key, because the response holds a secret', async () => {
    await using app = await startProduction();
    const { id } = await createToken(app);
    for (const path of ['/tokens', `/tokens/${id}/rotate`]) {
      const ask = { json: {}, headers: { authorization: `Bearer ${ADMIN_KEY}`, 'idempotency-key': 'k' } };
      mustBeProblem(await app.call('POST', path, ask), 400, 'request.invalid', 'This');
    }
  });
});

describe('A token', () => {
  it('is malformed where its checksum is wrong: no query and no guess', async () => {
    await using app = await startProduction();
    const wrong = `${VECTOR.slice(0, -1)}8`;
    for (const bearer of [wrong, 'gld_api_', `${VECTOR}0`, VECTOR.slice(0, -1), `gld_api_${'x'.repeat(5_000)}`]) {
      mustBeProblem(await app.call('GET', '/me', { bearer }), 401, 'token.malformed');
    }
    for (let n = 0; n < 150; n += 1) assert.equal(await statusOf(app, wrong), 401);
    assert.equal(await statusOf(app, ADMIN_KEY), 200, 'the limit on guesses is untouched');
  });

  it('is reported before the form of the request and before access', async () => {
    await using app = await startProduction();
    const wrong = `${VECTOR.slice(0, -1)}8`;
    for (const [method, path, payload, more = {}] of [
      ['POST', '/users', '{'],
      ['PATCH', '/users/no-id', '{}'],
      ['GET', '/users?unknown=1', undefined],
      ['POST', '/licenses/lookup', '{}'],
      ['GET', '/sessions', undefined],
      ['PUT', `/staff/${UNKNOWN_ID}`, '{"role":"reader"}', { 'if-match': '"1"' }],
      ['PATCH', `/users/${UNKNOWN_ID}`, '{"name":"Ada"}', { 'if-match': 'no tag' }],
      ['POST', '/tokens', '{}', { 'idempotency-key': 'not taken here' }],
      ['POST', '/users', '{}', { 'idempotency-key': 'two words' }],
    ] as const) {
      const headers = { 'content-type': 'application/json' };
      const ask = (bearer: string) =>
        app.call(method, path, {
          headers: { ...(payload === undefined ? {} : headers), ...more, authorization: `bearer  ${bearer}` },
          ...(payload === undefined ? {} : { payload }),
        });
      mustBeProblem(await ask(wrong), 401, 'token.malformed');
      mustBeProblem(await ask(VECTOR), 401, 'token.refused');
      mustBeProblem(await ask(`\t${VECTOR}`), 401, 'token.refused');
    }
  });

  it('is treated as no credentials where anonymous callers may ask, and where only sessions may', async () => {
    await using app = await startProduction();
    const { token } = await createToken(app);
    for (const bearer of [VECTOR, `${VECTOR.slice(0, -1)}8`, token]) {
      mustBeProblem(await app.call('GET', '/profile', { bearer }), 403, 'session.required');
      mustBeProblem(await app.call('DELETE', '/sessions', { bearer }), 403, 'session.required');
      assert.equal((await app.call('GET', '/_health', { bearer })).status, 200);
      const json = { license_key: '00000-00000-00000-00000-00000-00000' };
      assert.equal((await app.call('POST', '/licenses/validate', { bearer, json })).status, 200);
    }
    mustBeProblem(await app.call('GET', '/sessions', { bearer: token }), 401, 'access.unauthenticated');
  });

  it('is not taken from the cookie', async () => {
    await using app = await startProduction();
    const { token } = await createToken(app);
    mustBeProblem(await app.call('GET', '/me', { session: token }), 401, 'access.unauthenticated');
  });

  it('has its scopes and no others', async () => {
    await using app = await startProduction();
    const { token: bearer } = await createToken(app, { scopes: ['users:read'] });
    assert.equal((await app.call('GET', '/users', { bearer })).status, 200);
    mustBeProblem(await app.call('GET', '/licenses', { bearer }), 403, 'access.forbidden');
    mustBeProblem(
      await app.call('POST', '/users', { bearer, json: { email: 'x@example.com' } }),
      403,
      'access.forbidden',
    );
    mustBeProblem(await app.call('GET', '/tokens', { bearer }), 403, 'access.forbidden');
    const all = await createToken(app);
    assert.equal((await app.call('GET', '/metrics', { bearer: all.token })).status, 200);
    mustBeProblem(await app.call('GET', '/staff', { bearer: all.token }), 403, 'access.forbidden');
  });

  it('has its own scopes also where administration is open', async () => {
    await using app = await startTestApp();
    const { token: bearer } = await createToken(app, { scopes: ['users:read'] }, {});
    assert.equal((await app.call('GET', '/users', { bearer })).status, 200);
    mustBeProblem(await app.call('GET', '/licenses', { bearer }), 403, 'access.forbidden');
    mustBeProblem(await app.call('GET', '/users', { bearer: VECTOR }), 401, 'token.refused');
    const ada = await join(app);
    const own = await createToken(app, { scopes: ['licenses:read'] }, { session: ada.session });
    assert.deepEqual((await app.call('GET', '/me', { bearer: own.token })).json().scopes, ['licenses:read']);
  });

  it('keeps only the scopes that its owner still has', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    const scopes = ['users:read', 'licenses:read', 'audit:read'];
    const { token: bearer } = await createToken(app, { scopes }, { session: ada.session });
    const ofRoot = await createToken(app, { scopes });
    const held = async (token: string) => (await app.call('GET', '/me', { bearer: token })).json().scopes;
    assert.deepEqual(await held(bearer), scopes);
    await asRoot(app)('PUT', `/staff/${ada.id}`, { json: { role: 'reader' } });
    assert.deepEqual(await held(bearer), ['users:read', 'licenses:read']);
    await asRoot(app)('DELETE', `/staff/${ada.id}`);
    assert.deepEqual(await held(bearer), []);
    mustBeProblem(await app.call('GET', '/users', { bearer }), 403, 'access.forbidden');
    assert.deepEqual(await held(ofRoot.token), scopes);
  });

  it('is refused while its owner is banned', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    await joinStaff(app, 'admin');
    const { token } = await createToken(app, READER, { session: ada.session });
    assert.equal((await asRoot(app)('POST', `/users/${ada.id}/ban`, { json: {} })).status, 200);
    mustBeProblem(await app.call('GET', '/me', { bearer: token }), 401, 'token.refused');
    assert.equal((await asRoot(app)('POST', `/users/${ada.id}/unban`)).status, 200);
    assert.equal(await statusOf(app, token), 200);
  });

  it('ends with the account of its owner', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    const { token, id } = await createToken(app, READER, { session: ada.session });
    assert.equal(await statusOf(app, token), 200);
    assert.equal((await asRoot(app)('DELETE', `/users/${ada.id}`)).status, 204);
    mustBeProblem(await app.call('GET', '/me', { bearer: token }), 401, 'token.refused');
    mustBeProblem(await asRoot(app)('GET', `/tokens/${id}`), 404, 'token.not-found');
  });

  it('is refused for every reason with one answer, and each is logged', async () => {
    await using app = await startProduction();
    const revoked = await createToken(app);
    await asRoot(app)('DELETE', `/tokens/${revoked.id}`);
    const elsewhere = await createToken(app, { networks: ['192.0.2.0/24'] });
    const expired = await createToken(app, { expires_in_days: 1 });
    app.clock.advance(DAY_MS);
    const answers = [];
    const before = app.securityLog.events.length;
    for (const bearer of [VECTOR, revoked.token, elsewhere.token, expired.token]) {
      const answer = await app.call('GET', '/users', { bearer });
      mustBeProblem(answer, 401, 'token.refused');
      answers.push(answer.body.replace(/"request_id":"[^"]*"/, ''));
    }
    assert.equal(new Set(answers).size, 1);
    const events = app.securityLog.events.slice(before);
    assert.deepEqual(
      events.map(({ event }) => event),
      new Array(4).fill('authn_token_reuse'),
    );
    assert.ok(events.every(({ client }) => client?.ip === '127.0.0.1' && client.requestId !== undefined));
    assert.equal((await asRoot(app)('GET', `/tokens/${expired.id}`)).json().status, 'expired');
    app.clock.advance(30 * DAY_MS);
    await app.useCases.purgeExpired.execute();
    mustBeProblem(await asRoot(app)('GET', `/tokens/${expired.id}`), 404, 'token.not-found');
  });

  it('is valid only in its networks, which can change', async () => {
    await using app = await startProduction();
    const { id, token } = await createToken(app, { networks: ['192.0.2.0/24', '2001:db8::/32'] });
    assert.equal(await statusOf(app, token), 401);
    assert.equal(await statusOf(app, token, { remoteAddress: '192.0.2.7' }), 200);
    assert.equal(await statusOf(app, token, { remoteAddress: '::ffff:192.0.2.7' }), 200);
    assert.equal(await statusOf(app, token, { remoteAddress: '2001:db8::7' }), 200);
    await asRoot(app)('PATCH', `/tokens/${id}`, { json: { networks: ['127.0.0.1/32'] } });
    assert.equal(await statusOf(app, token), 200);
    assert.equal(await statusOf(app, token, { remoteAddress: '192.0.2.7' }), 401);
    const open = await asRoot(app)('PATCH', `/tokens/${id}`, { json: { networks: [] } });
    assert.deepEqual(open.json().networks, []);
    assert.equal(await statusOf(app, token, { remoteAddress: '192.0.2.7' }), 200);
  });

  it('has its last use recorded by the worker, not by the request', async () => {
    await using app = await startProduction();
    const { id, token } = await createToken(app);
    const read = async () => {
      const answer = await asRoot(app)('GET', `/tokens/${id}`);
      return [answer.json().last_used_at, answer.json().last_used_ip, answer.headers.etag];
    };
    await statusOf(app, token);
    app.clock.advance(1_000);
    await statusOf(app, token, { remoteAddress: '192.0.2.7' });
    assert.deepEqual(await read(), [null, null, '"1"']);
    await app.useCases.recordTokenUses.execute();
    assert.deepEqual(await read(), ['2026-01-01T00:00:01Z', '192.0.2.7', '"1"']);
    app.clock.advance(1_000);
    mustBeProblem(await app.call('GET', '/me', { bearer: VECTOR }), 401, 'token.refused');
    await app.useCases.recordTokenUses.execute();
    assert.deepEqual(await read(), ['2026-01-01T00:00:01Z', '192.0.2.7', '"1"']);
  });

  it('identifies its caller for Idempotency-Key', async () => {
    await using app = await startLicenseApp();
    const [first, second] = [await createToken(app), await createToken(app)];
    const issue = (token: string) =>
      app.call('POST', `/users/${app.ada.id}/licenses`, {
        json: {},
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'k' },
      });
    const one = (await issue(first.token)).json().id;
    assert.equal((await issue(first.token)).json().id, one);
    assert.notEqual((await issue(second.token)).json().id, one);
  });
});

describe('The audit log', () => {
  it('names every change of a token, and neither its text nor its name', async () => {
    await using app = await startProduction();
    const ada = await joinStaff(app, 'admin');
    const ask = { session: ada.session };
    const { id, token } = await createToken(app, { ...READER, networks: ['10.0.0.0/8'] }, ask);
    await app.call('PATCH', `/tokens/${id}`, { ...ask, json: { name: 'deployment', networks: [] } });
    await app.call('PATCH', `/tokens/${id}`, { ...ask, json: { name: 'deployment' } });
    await app.call('POST', `/tokens/${id}/rotate`, ask);
    await app.call('DELETE', `/tokens/${id}`, ask);
    const answer = await asRoot(app)('GET', `/audit?subject=${id}`);
    const entries: { action: string; actor: object; changes: { field: string }[] }[] = answer.json();
    assert.deepEqual(
      entries.map(({ action }) => action),
      ['token.revoked', 'token.rotated', 'token.changed', 'token.created'],
    );
    for (const { actor } of entries) assert.deepEqual(actor, { kind: 'staff', id: ada.id, name: 'admin' });
    assert.deepEqual(entries[2]?.changes, [
      { field: 'name', changed: true },
      { field: 'networks', before: ['10.0.0.0/8'], after: [] },
    ]);
    assert.deepEqual(
      entries[1]?.changes.map(({ field }) => field),
      ['token'],
    );
    for (const secret of [token, token.slice(8, 20), 'build server', 'deployment']) {
      assert.ok(!answer.body.includes(secret), secret);
    }
  });

  it('names a token as the actor of what it does', async () => {
    await using app = await startLicenseApp();
    const { id, token } = await createToken(app);
    const license = await app.call('POST', `/users/${app.ada.id}/licenses`, { bearer: token, json: {} });
    const [entry] = (await asRoot(app)('GET', `/audit?subject=${license.json().id}`)).json();
    assert.deepEqual(entry.actor, { kind: 'token', id });
  });
});

describe('PATCH and DELETE /tokens/{id}', () => {
  it('takes If-Match and Idempotency-Key', async () => {
    await using app = await startProduction();
    const { id } = await createToken(app);
    const change = (json: object, headers: Record<string, string>) =>
      app.call('PATCH', `/tokens/${id}`, { json, headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers } });
    const first = await change({ name: 'one' }, { 'if-match': '"1"', 'idempotency-key': 'k' });
    assert.deepEqual([first.status, first.headers.etag, first.json().name], [200, '"2"', 'one']);
    const again = await change({ name: 'one' }, { 'if-match': '"1"', 'idempotency-key': 'k' });
    assert.deepEqual([again.body, again.headers['idempotency-replayed']], [first.body, 'true']);
    mustBeProblem(await change({ name: 'two' }, { 'idempotency-key': 'k' }), 422, 'idempotency.mismatch');
    mustBeProblem(await change({ name: 'two' }, { 'if-match': '"1"' }), 412, 'request.precondition-failed');
    const headers = (tag: string) => ({ headers: { authorization: `Bearer ${ADMIN_KEY}`, 'if-match': tag } });
    mustBeProblem(await app.call('DELETE', `/tokens/${id}`, headers('"1"')), 412, 'request.precondition-failed');
    const rotate = await app.call('POST', `/tokens/${id}/rotate`, { json: {}, ...headers('"2"') });
    mustBeProblem(rotate, 400, 'request.invalid', 'This');
    assert.equal((await app.call('DELETE', `/tokens/${id}`, headers('"2"'))).status, 204);
  });

  it('ends a token at once; what does not exist is 404', async () => {
    await using app = await startProduction();
    const { id, token } = await createToken(app);
    assert.equal((await asRoot(app)('DELETE', `/tokens/${id}`)).status, 204);
    assert.equal(await statusOf(app, token), 401);
    for (const gone of [id, UNKNOWN_ID]) {
      mustBeProblem(await asRoot(app)('DELETE', `/tokens/${gone}`), 404, 'token.not-found');
      mustBeProblem(await asRoot(app)('GET', `/tokens/${gone}`), 404, 'token.not-found');
      mustBeProblem(await asRoot(app)('PATCH', `/tokens/${gone}`, { json: { name: 'x' } }), 404, 'token.not-found');
      mustBeProblem(await asRoot(app)('POST', `/tokens/${gone}/rotate`), 404, 'token.not-found');
    }
  });
});

describe('POST /tokens/{id}/rotate', () => {
  it('gives a new token; the old one is valid for the overlap', async () => {
    await using app = await startProduction();
    const created = await createToken(app, { products: ['editor'], scopes: ['licenses:read'], expires_in_days: 10 });
    app.clock.advance(DAY_MS);
    const answer = await asRoot(app)('POST', `/tokens/${created.id}/rotate`);
    assert.equal(answer.status, 200, answer.body);
    const { token, hint, ...rest } = answer.json();
    assert.match(token, FORM);
    assert.notEqual(token, created.token);
    assert.equal(hint, token.slice(-4));
    const { token: _, hint: __, ...before } = created;
    assert.deepEqual(rest, { ...before, expires_at: '2026-01-12T00:00:00Z' });
    assert.deepEqual([await statusOf(app, created.token), await statusOf(app, token)], [200, 200]);
    app.clock.advance(HOUR_MS - 1);
    assert.equal(await statusOf(app, created.token), 200);
    app.clock.advance(1);
    assert.deepEqual([await statusOf(app, created.token), await statusOf(app, token)], [401, 200]);
  });

  it('ends the old token at once at a second rotation, or without an overlap', async () => {
    await using app = await startProduction();
    const first = await createToken(app);
    const rotate = async (overlap_s: number): Promise<string> =>
      (await asRoot(app)('POST', `/tokens/${first.id}/rotate`, { json: { overlap_s } })).json().token;
    const second = await rotate(604_800);
    const third = await rotate(604_800);
    const statuses = async (...tokens: string[]) => Promise.all(tokens.map((token) => statusOf(app, token)));
    assert.deepEqual(await statuses(first.token, second, third), [401, 200, 200]);
    const last = await rotate(0);
    assert.deepEqual(await statuses(second, third, last), [401, 401, 200]);
  });

  it('gives an expired token its life again, and not its old secret', async () => {
    await using app = await startProduction();
    const { id, token } = await createToken(app, { expires_in_days: 1 });
    app.clock.advance(DAY_MS);
    const rotated = (await asRoot(app)('POST', `/tokens/${id}/rotate`)).json();
    assert.equal(rotated.status, 'active');
    assert.deepEqual([await statusOf(app, token), await statusOf(app, rotated.token)], [401, 200]);
  });
});

describe('A token for products', () => {
  const start = async () => {
    const app = await startLicenseApp();
    const [editor, player, none] = [
      await app.issue({ product: 'editor' }),
      await app.issue({ product: 'player' }),
      await app.issue(),
    ];
    const scopes = ['licenses:read', 'licenses:write', 'licenses:revoke', 'users:read'];
    const { token } = await createToken(app, { products: ['editor', 'server'], scopes });
    const ask = (method: string, path: string, json?: object) =>
      app.call(method, path, { bearer: token, ...(json === undefined ? {} : { json }) });
    return { ...app, editor, player, none, ask, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  };

  it('does not see licenses of other products, nor those without one', async () => {
    await using app = await start();
    const calls = (id: string, license_key: string) =>
      [
        ['GET', `/licenses/${id}`],
        ['POST', '/licenses/lookup', { license_key }],
        ['PATCH', `/licenses/${id}`, { grace_days: 1 }],
        ['PUT', `/licenses/${id}/activations/m1`, {}],
        ['GET', `/licenses/${id}/activations`],
        ['POST', `/licenses/${id}/checkout`, { fingerprint: 'm1' }],
        ['DELETE', `/licenses/${id}/activations/m1`],
        ['POST', `/licenses/${id}/suspend`],
        ['POST', `/licenses/${id}/reinstate`],
        ['POST', `/licenses/${id}/mail`],
        ['POST', `/licenses/${id}/renew`, { expires_at: '2030-01-01T00:00:00Z' }],
        ['POST', `/licenses/${id}/revoke`],
      ] as const;
    for (const { id, license_key } of [app.player, app.none]) {
      for (const [method, path, json] of calls(id, license_key)) {
        mustBeProblem(await app.ask(method, path, json), 404, 'license.not-found');
      }
    }
    const { id, license_key } = app.editor;
    for (const [method, path, json] of calls(id, license_key)) {
      // This license has no end, so it cannot be renewed.
      const expected = path.endsWith('renew') ? [409] : [200, 201, 202, 204];
      const answer = await app.ask(method, path, json);
      assert.ok(expected.includes(answer.status), `${path} ${answer.body}`);
    }
  });

  it('leaves them out of lists, whatever the filter, the order and the page', async () => {
    await using app = await start();
    const end = (day: number) => ({ expires_at: `2026-02-0${day}T00:00:00Z` });
    const server = await app.issue({ product: 'server', ...end(3) });
    const late = await app.issue({ product: 'editor', ...end(4) });
    const early = await app.issue({ product: 'editor', ...end(1) });
    await app.issue({ product: 'player', ...end(2) });
    const list = async (path: string): Promise<string[]> => {
      const answer = await app.ask('GET', path);
      assert.equal(answer.status, 200, answer.body);
      const [, next] = /<([^>]*)>/.exec(String(answer.headers.link ?? '')) ?? [];
      const ids = answer.json().map(({ id }: { id: string }) => id);
      return next === undefined ? ids : [...ids, ...(await list(next))];
    };
    const mine = [app.editor.id, server.id, late.id, early.id];
    assert.deepEqual(await list('/licenses'), mine);
    assert.deepEqual(await list('/licenses?limit=1'), mine);
    assert.deepEqual(await list(`/users/${app.ada.id}/licenses?limit=2`), mine);
    assert.deepEqual(await list('/licenses?product=server'), [server.id]);
    assert.deepEqual(await list('/licenses?product=player'), []);
    const byEnd = [early.id, server.id, late.id];
    assert.deepEqual(await list('/licenses?expires_before=2026-03-01T00:00:00Z'), byEnd);
    assert.deepEqual(await list('/licenses?expires_before=2026-03-01T00:00:00Z&limit=1'), byEnd);
    assert.deepEqual(await list(`/users/${app.bob.id}/licenses`), []);
  });

  it('does not issue or move licenses to another product', async () => {
    await using app = await start();
    const issue = (json?: object) => app.ask('POST', `/users/${app.ada.id}/licenses`, json);
    for (const json of [undefined, {}, { product: null }, { product: 'player' }]) {
      mustBeProblem(await issue(json), 403, 'token.product-refused');
    }
    assert.equal((await issue({ product: 'server' })).status, 201);
    const move = (product: string | null) => app.ask('PATCH', `/licenses/${app.editor.id}`, { product });
    for (const product of [null, 'player']) mustBeProblem(await move(product), 403, 'token.product-refused');
    assert.equal((await move('server')).json().product, 'server');
    assert.equal((await app.ask('GET', '/users')).status, 200, 'restricts licenses only');
  });

  it('is named by GET /me', async () => {
    await using app = await start();
    const { kind, products } = (await app.ask('GET', '/me')).json();
    assert.deepEqual([kind, products], ['token', ['editor', 'server']]);
  });
});
