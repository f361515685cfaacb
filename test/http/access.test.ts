import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { aKey } from '../builders/license-builder.ts';
import { createToken } from './access-table.ts';
import { aNewEntry, appendAudit } from './audit-log.ts';
import { operationsOf, UNKNOWN_ID, VALID_BODIES } from './operations.ts';
import { join, type Person } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Ask, startTestApp, type TestApp } from './test-app.ts';

const PRODUCTION = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, LICENSE_KEY_SECRET: 's'.repeat(32) };

const ROLES = ['anonymous', 'the owner', 'another user', 'the administrator'] as const;
type Role = (typeof ROLES)[number];

/**
 * Who gets what, in production, in the order of {@link ROLES}. Where a path has an id, it is the owner's. docs/security.md
 * says it in words.
 */
/** Errors of a caller who may ask. */
const isAnsweredByState = (operationId: string, status: number): boolean =>
  ['checkDeveloperPair', 'completeLogIn'].includes(operationId) ||
  (operationId.endsWith('SecondFactor') && [404, 409].includes(status)) ||
  (operationId === 'replaceRecoveryCodes' && status === 404);

const MATRIX: Readonly<Record<string, readonly [number, number, number, number]>> = {
  welcome: [200, 200, 200, 200],
  welcomeAfterLogOut: [200, 200, 200, 200],
  readHealth: [200, 200, 200, 200],
  readReadiness: [200, 200, 200, 200],
  readMetrics: [401, 403, 403, 200],
  register: [201, 201, 201, 201],
  logIn: [200, 200, 200, 200],
  completeLogIn: [401, 401, 401, 401],
  readSecondFactor: [401, 200, 200, 401],
  beginSecondFactor: [401, 201, 201, 401],
  confirmSecondFactor: [401, 409, 409, 401],
  replaceRecoveryCodes: [401, 404, 404, 401],
  removeSecondFactor: [401, 404, 404, 401],
  resetSecondFactor: [401, 403, 403, 404],
  listSessions: [401, 200, 200, 401],
  elevateSession: [401, 200, 200, 401],
  logOut: [403, 302, 302, 403],
  endOtherSessions: [401, 204, 204, 401],
  endSession: [401, 204, 404, 204],
  readProfile: [403, 200, 200, 403],
  requestPasswordReset: [202, 202, 202, 202],
  resetPassword: [403, 403, 403, 403],
  completeRegistration: [403, 403, 403, 403],
  requestConfirmation: [401, 202, 403, 202],
  confirmEmail: [403, 403, 403, 403],
  createUser: [401, 403, 403, 201],
  listUsers: [401, 403, 403, 200],
  readUser: [401, 200, 403, 200],
  updateUser: [401, 200, 403, 200],
  deleteUser: [401, 204, 403, 204],
  exportUser: [401, 200, 403, 200],
  banUser: [401, 403, 403, 200],
  unbanUser: [401, 403, 403, 200],
  listStaff: [401, 403, 403, 200],
  putStaff: [401, 403, 403, 200],
  removeStaff: [401, 403, 403, 204],
  readCaller: [401, 200, 200, 200],
  listAudit: [401, 403, 403, 200],
  readAuditEntry: [401, 403, 403, 200],
  exportAudit: [401, 403, 403, 200],
  readAuditHead: [401, 403, 403, 200],
  listAuditOfUser: [401, 200, 403, 200],
  createToken: [401, 403, 403, 201],
  listTokens: [401, 403, 403, 200],
  readToken: [401, 403, 403, 200],
  updateToken: [401, 403, 403, 200],
  rotateToken: [401, 403, 403, 200],
  revokeToken: [401, 403, 403, 204],
  issueLicense: [401, 403, 403, 201],
  listLicensesOfUser: [401, 200, 403, 200],
  listLicenses: [401, 403, 403, 200],
  readLicense: [401, 200, 403, 200],
  updateLicense: [401, 403, 403, 200],
  suspendLicense: [401, 403, 403, 200],
  reinstateLicense: [401, 403, 403, 200],
  revokeLicense: [401, 403, 403, 200],
  renewLicense: [401, 403, 403, 200],
  validateLicense: [200, 200, 200, 200],
  mailLicenseKey: [401, 403, 403, 202],
  lookUpLicense: [401, 403, 403, 200],
  activateLicense: [401, 200, 403, 200],
  listActivations: [401, 200, 403, 200],
  deactivateLicense: [401, 204, 403, 204],
  checkOutLicense: [401, 200, 403, 200],
  listPublicKeys: [200, 200, 200, 200],
  importUsers: [401, 403, 403, 201],
  generatePassword: [200, 200, 200, 200],
  ratePassword: [200, 200, 200, 200],
  // Open to all, and no error: {dev1} is no handle, so that no network is asked.
  checkDeveloperPair: [404, 404, 404, 404],
  readPairHistory: [200, 200, 200, 200],
};

describe('who may do what', () => {
  let app: TestApp;
  let people = 0;
  before(async () => {
    app = await startTestApp(PRODUCTION);
  });
  after(() => app[Symbol.asyncDispose]());

  const newcomer = () => {
    people += 1;
    // More people than may come from one network in ten minutes: they come one after the other.
    app.clock.advance(3_000);
    return join(app, `person${people}@example.com`);
  };

  const showing = (role: Role, owner: Person, other: Person): Ask => {
    if (role === 'the administrator') return { bearer: ADMIN_KEY };
    return role === 'anonymous' ? {} : { session: role === 'the owner' ? owner.session : other.session };
  };

  /** A license of the owner's, activated on one machine, and suspended for the route that reinstates it. */
  const licenseOf = async ({ id }: Person, operationId: string): Promise<string> => {
    const order = { bearer: ADMIN_KEY, json: { expires_at: '2027-01-01T00:00:00Z', max_activations: 1 } };
    const license = (await app.call('POST', `/users/${id}/licenses`, order)).json().id;
    await app.call('PUT', `/licenses/${license}/activations/m1`, { bearer: ADMIN_KEY });
    if (operationId === 'reinstateLicense') {
      await app.call('POST', `/licenses/${license}/suspend`, { bearer: ADMIN_KEY });
    }
    return license;
  };

  const bodyFor = (operationId: string, owner: Person): Pick<Ask, 'json'> => {
    if (VALID_BODIES[operationId] === undefined) return {};
    people += 1;
    if (operationId === 'logIn') return { json: { email: owner.email, password: owner.password } };
    const { email, ...rest } = VALID_BODIES[operationId];
    return { json: email === undefined ? rest : { ...rest, email: `new${people}@example.com` } };
  };

  it('ASVS 8.1.1 and 6.3.4: is laid down for every route that is served', () => {
    const served = operationsOf(app).map(({ operationId }) => operationId);
    assert.deepEqual(Object.keys(MATRIX).sort(), served.sort());
  });

  for (const [operationId, statuses] of Object.entries(MATRIX)) {
    for (const [index, role] of ROLES.entries()) {
      const status = statuses[index] ?? 0;
      it(`ASVS 8.2.1, 8.2.2 and 8.3.1: ${role} gets ${status} from ${operationId}`, async () => {
        const [owner, other] = [await newcomer(), await newcomer()];
        const operation = operationsOf(app).find((each) => each.operationId === operationId);
        assert.ok(operation);
        const [{ id: sessionId }] = (await app.call('GET', '/sessions', { session: owner.session })).json();
        if (operationId === 'removeStaff' && role === 'the administrator') {
          await app.call('PUT', `/staff/${owner.id}`, { bearer: ADMIN_KEY, json: { role: 'reader' } });
        }
        const audited = aNewEntry(app, { subject: { kind: 'user', id: owner.id } });
        await appendAudit(app, audited);
        if (operationId === 'unbanUser' && role === 'the administrator') {
          await app.call('POST', `/users/${owner.id}/ban`, { bearer: ADMIN_KEY });
        }
        const ids = {
          '/audit': audited.id,
          '/sessions': sessionId,
          '/staff': owner.id,
          '/licenses': await licenseOf(owner, operationId),
          '/users': owner.id,
          '/tokens': operation.template.startsWith('/tokens/') ? (await createToken(app)).id : '',
        };
        const [collection = ''] = /^\/\w+/.exec(operation.template) ?? [];
        const id = ids[collection as keyof typeof ids] ?? '';
        const path = operation.template.replace(/\{(?:id|user_id)\}/, id).replace('{fingerprint}', 'm1');
        const before = app.securityLog.events.length;

        const ask = { ...showing(role, owner, other), ...bodyFor(operationId, owner) };
        if (operationId === 'lookUpLicense') {
          const license = await app.call('GET', `/licenses/${id}`, { bearer: ADMIN_KEY });
          ask.json = { license_key: license.json().license_key };
        }
        const answer = await app.call(operation.method, path, ask);

        assert.equal(answer.status, status, answer.body);
        const isDenied = status >= 400 && !isAnsweredByState(operationId, status);
        if (!isDenied) return;
        const events = app.securityLog.events.slice(before);
        const takesToken = ['resetPassword', 'completeRegistration', 'confirmEmail'].includes(operationId);
        const expected = takesToken ? 'authn_token_reuse' : 'authz_fail';
        assert.deepEqual(
          events.map(({ event, client }) => [event, client?.requestId]),
          [[expected, answer.headers['x-request-id']]],
          'ASVS 16.3.2: a denial is one event',
        );
        if (role === 'another user' && !takesToken) assert.equal(events[0]?.userId, other.id);
        assert.equal((await app.call('GET', `/users/${owner.id}`, { bearer: ADMIN_KEY })).json().email, owner.email);
        assert.equal((await app.call('GET', '/profile', { session: owner.session })).status, 200);
      });
    }
  }

  it('ASVS 8.2.2: another user cannot distinguish an existing record from a missing one', async () => {
    const [owner, other] = [await newcomer(), await newcomer()];
    const strip = (body: string) => body.replace(/"request_id":"[^"]*"/, '');
    for (const [method, json] of [
      ['GET', undefined],
      ['PATCH', { name: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      for (const ask of [{ session: other.session }, {}]) {
        const there = await app.call(method, `/users/${owner.id}`, { ...ask, json });
        const nowhere = await app.call(method, `/users/${UNKNOWN_ID}`, { ...ask, json });
        assert.deepEqual([there.status, strip(there.body)], [nowhere.status, strip(nowhere.body)]);
      }
    }
    const [{ id }] = (await app.call('GET', '/sessions', { session: owner.session })).json();
    const there = await app.call('DELETE', `/sessions/${id}`, { session: other.session });
    const nowhere = await app.call('DELETE', `/sessions/${UNKNOWN_ID}`, { session: other.session });
    assert.deepEqual([there.status, strip(there.body)], [404, strip(nowhere.body)]);
  });

  it('ASVS 8.2.3: fields are read and written only by the callers that may', async () => {
    const owner = await newcomer();
    const path = `/users/${owner.id}`;
    for (const field of [
      'id',
      'role',
      'disabled',
      'created_at',
      'status',
      'ban',
      'email_confirmed_at',
      'pending_email',
      'mfa',
      'password_hash',
      'passwordHash',
      'version',
      'is_admin',
    ]) {
      for (const ask of [{ session: owner.session }, { bearer: ADMIN_KEY }]) {
        mustBeProblem(await app.call('PATCH', path, { ...ask, json: { [field]: 'x' } }), 400, 'request.invalid', field);
      }
    }
    const known = 'age ban created_at email email_confirmed_at id mfa name pending_email status'.split(' ');
    const own = (await app.call('GET', path, { session: owner.session })).json();
    const [listed] = (await app.call('GET', `/users?email=${owner.email}`, { bearer: ADMIN_KEY })).json();
    for (const user of [own, listed]) assert.deepEqual(Object.keys(user).sort(), known);
  });

  it('ASVS 6.4.6: the administrator starts a reset, and chooses no password', async () => {
    const owner = await newcomer();
    // Access comes before the rules.
    const json = { password: 'chosen by the admin', age: 1 };
    mustBeProblem(await app.call('PATCH', `/users/${owner.id}`, { bearer: ADMIN_KEY, json }), 403, 'access.forbidden');
    // Access comes before existence, the version and the rules.
    for (const [id, more, headers] of [
      [UNKNOWN_ID, {}, {}],
      [owner.id, {}, { 'if-match': '"77"' }],
      [owner.id, { age: 3 }, {}],
    ] as const) {
      const ask = { bearer: ADMIN_KEY, json: { ...json, ...more }, headers };
      mustBeProblem(await app.call('PATCH', `/users/${id}`, ask), 403, 'access.forbidden');
    }
    assert.equal((await app.call('POST', '/reset_password', { json: { email: owner.email } })).status, 202);
  });

  it('ASVS 7.2.1: a bearer token is worth what the same cookie is, and the better of two is not looked for', async () => {
    const [owner, other] = [await newcomer(), await newcomer()];
    const path = `/users/${owner.id}`;
    assert.equal((await app.call('GET', path, { bearer: owner.session })).status, 200);
    mustBeProblem(await app.call('GET', path, { bearer: other.session }), 403, 'access.forbidden');
    mustBeProblem(await app.call('GET', path, { bearer: 'x', session: owner.session }), 401, 'access.unauthenticated');
    const bad = ['Bearer', 'bearer ', `Bearer ${'x'.repeat(600)}`, 'License', 'License x', `License ${aKey()}`];
    for (const authorization of bad) {
      const ask = { session: owner.session, headers: { authorization } };
      mustBeProblem(await app.call('GET', path, ask), 401, 'access.unauthenticated');
      mustBeProblem(await app.call('GET', '/profile', ask), 403, 'session.required');
    }
    for (const authorization of ['Basic YTpi', 'Bearers x', 'Token x', '']) {
      const ask = { session: owner.session, headers: { authorization } };
      assert.equal((await app.call('GET', path, ask)).status, 200, 'other schemes are ignored');
    }
    mustBeProblem(await app.call('GET', '/users', { bearer: `${ADMIN_KEY}x` }), 401, 'access.unauthenticated');
    mustBeProblem(await app.call('GET', '/users', { bearer: ADMIN_KEY.slice(0, -1) }), 401, 'access.unauthenticated');
  });
});

describe('development without an administrator’s key', () => {
  it('lets every caller administer, and states so only at the start', async () => {
    await using app = await startTestApp();
    const { id } = await join(app);
    for (const path of ['/users', `/users/${id}`, '/metrics']) assert.equal((await app.call('GET', path)).status, 200);
    assert.equal((await app.call('GET', '/sessions')).status, 401);
    assert.equal((await app.call('GET', '/profile')).status, 403);
  });

  it('is over as soon as there is one', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    for (const path of ['/users', `/users/${UNKNOWN_ID}`, '/metrics']) {
      mustBeProblem(await app.call('GET', path), 401, 'access.unauthenticated');
      assert.notEqual((await app.call('GET', path, { bearer: ADMIN_KEY })).status, 401);
    }
  });
});
