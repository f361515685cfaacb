import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THROTTLE_POLICIES } from '../../src/domain/throttle/throttle-policy.ts';
import { joinStaff, startProduction } from './access-table.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, logIn, PASSWORD, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Answer, type Ask, startTestApp, type TestApp } from './test-app.ts';

const TEN_MINUTES = 600_000;
const WRONG = 'not the password';

const elevate = (app: TestApp, session: string | undefined, password = PASSWORD, ask: Ask = {}) =>
  app.call('POST', '/sessions/elevate', { session, json: { password }, ...ask });

const mustAskForStepUp = (answer: Answer, maxAge = 600): void => {
  mustBeProblem(answer, 401, 'access.step-up-required');
  assert.equal(
    answer.headers['www-authenticate'],
    `Bearer error="insufficient_user_authentication", max_age="${maxAge}"`,
  );
};

const currentSession = async (app: TestApp, session: string): Promise<string> => {
  const sessions = (await app.call('GET', '/sessions', { session })).json();
  return sessions.find((each: { current: boolean }) => each.current).id;
};

describe('ASVS 7.5.1 and 7.5.3: a step-up', () => {
  it('comes with a log-in and lasts STEP_UP_TTL', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY, STEP_UP_TTL: '2m' });
    const ada = await join(app);
    const path = `/users/${ada.id}`;
    const me = await app.call('GET', '/me', { session: ada.session });
    assert.equal(
      me.json().elevated_until,
      new Date(Date.parse(app.clock.now()) + 120_000).toISOString().replace('.000', ''),
    );
    app.clock.advance(120_000);
    mustAskForStepUp(await app.call('DELETE', path, { session: ada.session }), 120);
    assert.equal(await profileStatus(app, ada.session), 200, 'the session goes on');
    const fresh = await logIn(app);
    app.clock.advance(119_999);
    assert.equal((await app.call('DELETE', path, { session: fresh })).status, 204);
  });

  it('takes the password, and lasts anew', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const other = await logIn(app);
    app.clock.advance(TEN_MINUTES);
    mustAskForStepUp(await app.call('DELETE', `/users/${ada.id}`, { session: ada.session }));
    const elevated = await elevate(app, ada.session);
    assert.equal(elevated.status, 200);
    assert.equal(elevated.session, undefined, 'the session is the same');
    const { elevated_until: until, ...rest } = elevated.json();
    assert.deepEqual(rest, {});
    assert.equal(Date.parse(until), Math.floor(Date.parse(app.clock.now()) / 1000) * 1000 + TEN_MINUTES);
    assert.equal((await app.call('GET', '/me', { session: ada.session })).json().elevated_until, until);
    app.clock.advance(TEN_MINUTES - 1);
    mustAskForStepUp(await app.call('DELETE', `/users/${ada.id}`, { session: other }));
    assert.equal((await app.call('DELETE', `/users/${ada.id}`, { session: ada.session })).status, 204);
  });

  it('is for sessions only', async () => {
    await using app = await startProduction();
    const ada = await join(app);
    const license = { headers: { authorization: 'License 00000-00000-00000-00000-00000-00000' } };
    for (const ask of [{}, { bearer: ADMIN_KEY }, { bearer: 'x' }, license]) {
      mustBeProblem(await elevate(app, undefined, PASSWORD, ask), 401, 'access.unauthenticated');
    }
    assert.equal((await elevate(app, undefined, PASSWORD, { bearer: ada.session })).status, 200);
  });

  it('takes no idempotency key, no precondition and no other field', async () => {
    await using app = await startProduction();
    const { session } = await join(app);
    for (const name of ['idempotency-key', 'if-match']) {
      const answer = await elevate(app, session, PASSWORD, { headers: { [name]: '"1"' } });
      mustBeProblem(answer, 400, 'request.invalid');
    }
    for (const json of [{}, { password: 1 }, { password: PASSWORD, pin: '123456' }]) {
      mustBeProblem(await elevate(app, session, '', { json }), 400, 'request.invalid');
    }
  });

  it('is not needed by root, nor where administration is open', async () => {
    await using app = await startTestApp();
    const ada = await join(app);
    const grace = await join(app, 'grace@example.com');
    app.clock.advance(TEN_MINUTES);
    const asAda = { session: ada.session };
    assert.equal((await app.call('PUT', `/staff/${ada.id}`, { ...asAda, json: { role: 'reader' } })).status, 200);
    assert.equal((await app.call('DELETE', `/users/${grace.id}`, { bearer: 'x' })).status, 204);
    await using production = await startProduction();
    const { id } = await join(production);
    production.clock.advance(TEN_MINUTES);
    assert.equal((await production.call('DELETE', `/users/${id}`, { bearer: ADMIN_KEY })).status, 204);
  });
});

describe('A wrong password of a step-up', () => {
  it('is a failed log-in: it counts with them, and ends with them', async () => {
    await using app = await startProduction();
    const { session } = await join(app);
    app.clock.advance(TEN_MINUTES);
    const { limit } = THROTTLE_POLICIES.loginByAddressAndIp;
    for (let n = 1; n < limit; n += 1) mustBeProblem(await elevate(app, session, WRONG), 403, 'password.wrong');
    assert.equal((await elevate(app, session)).status, 200, 'the right one takes back its own attempt');
    const login = { json: { email: 'ada@example.com', password: WRONG } };
    mustBeProblem(await app.call('POST', '/sessions', login), 401, 'credentials.wrong');
    mustBeProblem(await elevate(app, session), 429, 'throttle.exceeded');
    mustBeProblem(await app.call('POST', '/sessions', login), 429, 'throttle.exceeded');
    const events = app.securityLog.events.map(({ event, detail }) => `${event} ${detail ?? ''}`.trim());
    assert.ok(events.includes('authn_login_fail step-up') && events.includes('authn_login_success step-up'));
  });

  it('leaves the session as it was', async () => {
    await using app = await startProduction();
    const { id, session } = await join(app);
    const before = (await app.call('GET', '/me', { session })).json().elevated_until;
    app.clock.advance(1_000);
    mustBeProblem(await elevate(app, session, WRONG), 403, 'password.wrong');
    assert.equal((await app.call('GET', '/me', { session })).json().elevated_until, before);
    app.clock.advance(TEN_MINUTES);
    mustBeProblem(await elevate(app, session, WRONG), 403, 'password.wrong');
    mustAskForStepUp(await app.call('DELETE', `/users/${id}`, { session }));
  });

  it('locks the step-up after a hundred in a row, as it locks the log-in', async () => {
    await using app = await startProduction();
    const { session } = await join(app);
    const { limit, name } = THROTTLE_POLICIES.loginFailuresInARow;
    for (let n = 0; n < limit; n += 1) {
      mustBeProblem(await elevate(app, session, WRONG), 403, 'password.wrong');
      app.clock.advance(TEN_MINUTES);
    }
    const locked = await elevate(app, session);
    mustBeProblem(locked, 403, 'password.wrong');
    assert.match(locked.json().detail, /reset/);
    assert.equal(app.securityLog.events.at(-1)?.detail, name);
    const login = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: PASSWORD } });
    mustBeProblem(login, 401, 'credentials.wrong');
  });
});

describe('ASVS 7.5.1: a change of the own address or password', () => {
  it('takes the current password; without it an old session is asked for a step-up', async () => {
    await using app = await startProduction();
    const { id, session } = await join(app);
    const change = (json: object) => app.call('PATCH', `/users/${id}`, { session, json });
    app.clock.advance(TEN_MINUTES);
    for (const json of [{ email: 'lovelace@example.com' }, { password: 'another good phrase' }]) {
      mustAskForStepUp(await change(json));
      mustBeProblem(await change({ ...json, current_password: WRONG }), 403, 'password.wrong');
    }
    assert.equal((await change({ email: 'lovelace@example.com', current_password: PASSWORD })).status, 200);
    assert.equal((await change({ password: 'another good phrase', current_password: PASSWORD })).status, 200);
    assert.equal((await change({ name: 'Ada Lovelace' })).status, 200);
  });

  it('of another user takes a step-up, whatever password comes along', async () => {
    await using app = await startProduction();
    const admin = await joinStaff(app, 'admin');
    const { id } = await join(app);
    const json = { email: 'lovelace@example.com', current_password: PASSWORD };
    app.clock.advance(TEN_MINUTES);
    mustAskForStepUp(await app.call('PATCH', `/users/${id}`, { session: admin.session, json }));
    assert.equal((await elevate(app, admin.session, admin.password)).status, 200);
    assert.equal((await app.call('PATCH', `/users/${id}`, { session: admin.session, json })).status, 200);
  });
});

describe('The end of a session', () => {
  it('takes a step-up for those of other people only', async () => {
    await using app = await startProduction();
    const support = await joinStaff(app, 'support');
    const ada = await join(app);
    const asSupport = { session: support.session };
    const [adas, own] = [
      await currentSession(app, ada.session),
      await currentSession(app, await logIn(app, support.email)),
    ];
    app.clock.advance(TEN_MINUTES);
    mustAskForStepUp(await app.call('DELETE', `/sessions/${adas}`, asSupport));
    mustAskForStepUp(await app.call('DELETE', `/sessions/${UNKNOWN_ID}`, asSupport));
    mustBeProblem(await app.call('DELETE', `/sessions/${own}`, { session: ada.session }), 404, 'session.not-found');
    assert.equal(await profileStatus(app, ada.session), 200);
    assert.equal((await app.call('DELETE', `/sessions/${own}`, asSupport)).status, 204);
    assert.equal((await elevate(app, support.session)).status, 200);
    assert.equal((await app.call('DELETE', `/sessions/${adas}`, asSupport)).status, 204);
    mustBeProblem(await app.call('DELETE', `/sessions/${UNKNOWN_ID}`, asSupport), 404, 'session.not-found');
  });

  it('of another person with a role lacks the scope first, and the step-up then', async () => {
    await using app = await startProduction();
    const [support, reader] = [await joinStaff(app, 'support'), await joinStaff(app, 'reader')];
    const id = await currentSession(app, reader.session);
    app.clock.advance(TEN_MINUTES);
    mustBeProblem(await app.call('DELETE', `/sessions/${id}`, { session: support.session }), 403, 'access.forbidden');
  });
});

describe('The order of checks', () => {
  it('asks for the scope, then for a step-up, and then whether the record exists', async () => {
    await using app = await startProduction();
    const [admin, support] = [await joinStaff(app, 'admin'), await joinStaff(app, 'support')];
    app.clock.advance(TEN_MINUTES);
    const routes = [
      ['DELETE', `/users/${UNKNOWN_ID}`],
      ['PUT', `/staff/${UNKNOWN_ID}`, { role: 'reader' }],
      ['DELETE', `/staff/${UNKNOWN_ID}`],
      ['POST', `/licenses/${UNKNOWN_ID}/revoke`],
      ['PATCH', `/users/${UNKNOWN_ID}`, { email: 'x@example.com' }],
    ] as const;
    for (const [method, path, json] of routes) {
      mustBeProblem(await app.call(method, path, { session: support.session, json }), 403, 'access.forbidden');
      mustAskForStepUp(await app.call(method, path, { session: admin.session, json }));
    }
    assert.equal((await elevate(app, admin.session)).status, 200);
    for (const [method, path, json] of routes) {
      assert.equal((await app.call(method, path, { session: admin.session, json })).status, 404);
    }
  });

  it('asks for a step-up before it repeats an answer', async () => {
    await using app = await startProduction();
    const admin = await joinStaff(app, 'admin');
    const { id } = await join(app);
    const ask = { session: admin.session, headers: { 'idempotency-key': 'k' } };
    const change = () => app.call('PATCH', `/users/${id}`, { ...ask, json: { email: 'lovelace@example.com' } });
    assert.equal((await change()).status, 200);
    app.clock.advance(TEN_MINUTES);
    mustAskForStepUp(await change());
    await elevate(app, admin.session);
    assert.equal((await change()).headers['idempotency-replayed'], 'true');
  });

  it('asks for the form of the request first', async () => {
    await using app = await startProduction();
    const { id, session } = await join(app);
    app.clock.advance(TEN_MINUTES);
    mustBeProblem(await app.call('PUT', `/staff/${id}`, { session, json: { role: 'king' } }), 400, 'request.invalid');
  });
});
