import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THROTTLE_POLICIES, type ThrottlePolicy } from '../../src/domain/throttle/throttle-policy.ts';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Answer, type Ask, startTestApp } from './test-app.ts';

const WRONG = 'wrong pass phrase';

const assertLimitExceeded = (answer: Answer, { name, limit, windowMs }: ThrottlePolicy): void => {
  mustBeProblem(answer, 429, 'throttle.exceeded');
  const seconds = Number(answer.headers['retry-after']);
  assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= windowMs / 1000, `Retry-After: ${seconds}`);
  assert.equal(answer.headers.ratelimit, `"${name}";r=0;t=${seconds}`);
  assert.equal(answer.headers['ratelimit-policy'], `"${name}";q=${limit};w=${windowMs / 1000}`);
};

describe('a limit', () => {
  it('ASVS 2.4.1 and 6.3.1: on log-ins for an address from one network holds, and ends with its window', async () => {
    for (const [policy, remoteAddress] of [
      [THROTTLE_POLICIES.loginByAddressAndIp, '203.0.113.9'],
      [THROTTLE_POLICIES.loginByKnownNetwork, '127.0.0.1'],
    ] as const) {
      await using app = await startTestApp();
      await join(app);
      const ask = (body: Ask) => app.call('POST', '/sessions', { ...body, remoteAddress });
      const json = { email: 'ADA@example.com', password: WRONG };
      for (let attempt = 0; attempt < policy.limit; attempt += 1) {
        mustBeProblem(await ask({ json }), 401, 'credentials.wrong');
      }
      assertLimitExceeded(await ask({ json }), policy);
      const right = { email: 'ada@example.com', password: PASSWORD };
      assertLimitExceeded(await ask({ json: right }), policy);
      assertLimitExceeded(await ask({ form: right }), policy);
      const event = app.securityLog.events.at(-1);
      assert.deepEqual([event?.event, event?.detail], ['authn_login_fail_max', policy.name]);
      app.clock.advance(policy.windowMs);
      assert.equal((await ask({ json: right })).status, 200);
    }
  });

  it('on changes of the address holds for one user, so that no more probes are answered', async () => {
    await using app = await startTestApp();
    await join(app, 'grace@example.com');
    const { id, session } = await join(app);
    const policy = THROTTLE_POLICIES.credentialChangeByUser;
    const probe = () =>
      app.call('PATCH', `/users/${id}`, {
        session,
        json: { email: 'grace@example.com', current_password: PASSWORD },
      });
    for (let attempt = 0; attempt < policy.limit; attempt += 1) mustBeProblem(await probe(), 409, 'user.email-taken');
    assertLimitExceeded(await probe(), policy);
  });

  it('does not outlive a clock that was ten years ahead', async () => {
    await using app = await startTestApp({ VALIDATE_LIMIT: '1' });
    await join(app);
    const aheadMs = 10 * 365 * 86_400_000;
    const policy = THROTTLE_POLICIES.loginByAddressAndIp;
    const validate = () =>
      app.call('POST', '/licenses/validate', { json: { license_key: '00000-00000-00000-00000-00000-00000' } });
    app.clock.advance(aheadMs);
    const json = { email: 'ada@example.com', password: WRONG };
    for (let attempt = 0; attempt < policy.limit; attempt += 1) await app.call('POST', '/sessions', { json });
    assertLimitExceeded(await app.call('POST', '/sessions', { json }), policy);
    await validate();
    mustBeProblem(await validate(), 429, 'throttle.exceeded');
    app.clock.advance(-aheadMs);
    await logIn(app);
    assert.notEqual((await validate()).status, 429);
  });

  it('ASVS 6.3.1: on log-ins counts failures alone, and a success forgives them', async () => {
    await using app = await startTestApp();
    await join(app);
    for (let round = 0; round < 3; round += 1) {
      for (let attempt = 0; attempt < 9; attempt += 1) {
        const answer = await app.call('POST', '/sessions', { json: { email: 'ada@example.com', password: WRONG } });
        assert.equal(answer.status, 401);
      }
      await logIn(app);
    }
    for (let attempt = 0; attempt < 30; attempt += 1) await logIn(app);
  });

  it('ASVS 6.3.1: on log-ins for an address holds from many networks too', async () => {
    await using app = await startTestApp();
    await join(app);
    const policy = THROTTLE_POLICIES.loginByAddress;
    const json = { email: 'ada@example.com', password: WRONG };
    const from = (nth: number) => ({ remoteAddress: `203.0.113.${nth}` });
    for (let nth = 0; nth < policy.limit; nth += 1) {
      assert.equal((await app.call('POST', '/sessions', { json, ...from(nth) })).status, 401);
    }
    assertLimitExceeded(await app.call('POST', '/sessions', { json, ...from(200) }), policy);
  });

  it('ASVS 6.3.1: on log-ins from one network holds for many addresses, and for a whole IPv6 /64', async () => {
    await using app = await startTestApp();
    const policy = THROTTLE_POLICIES.loginByIp;
    for (let nth = 0; nth < policy.limit; nth += 1) {
      const json = { email: `unknown${nth}@example.com`, password: WRONG };
      const remoteAddress = `2001:db8:1:2::${nth.toString(16)}`;
      assert.equal((await app.call('POST', '/sessions', { json, remoteAddress })).status, 401);
    }
    const json = { email: 'someone@example.com', password: WRONG };
    assertLimitExceeded(await app.call('POST', '/sessions', { json, remoteAddress: '2001:db8:1:2:ffff::1' }), policy);
    assert.equal((await app.call('POST', '/sessions', { json, remoteAddress: '2001:db8:1:3::1' })).status, 401);
  });

  it('ASVS 6.3.1: on one network holds, ten times as wide, for an IPv6 /48 too', async () => {
    await using app = await startTestApp();
    const { name, limit, windowMs } = THROTTLE_POLICIES.resetByIp;
    const guess = (nth: number, remoteAddress: string) => {
      const json = { email: `unknown${nth}@example.com`, reset_token: 'guess', new_password: 'a harmless new phrase' };
      return app.call('PUT', '/reset_password', { json, remoteAddress });
    };
    for (let nth = 0; nth < 10 * limit; nth += 1) {
      assert.equal((await guess(nth, `2001:db8:1:${nth.toString(16)}::1`)).status, 403);
    }
    assertLimitExceeded(await guess(9_999, '2001:db8:1:ffff::1'), { name: `${name}-48`, limit: 10 * limit, windowMs });
    assert.equal((await guess(9_999, '2001:db8:2:ffff::1')).status, 403);
  });

  it('ASVS 6.3.1: on guesses at the administrator’s key holds for one network', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    const policy = THROTTLE_POLICIES.adminKeyByIp;
    const ask = (bearer: string, remoteAddress = '203.0.113.9') => app.call('GET', '/users', { bearer, remoteAddress });
    const ended = 'A'.repeat(43);
    for (let nth = 0; nth < policy.limit; nth += 1) {
      mustBeProblem(await ask(`guess-${nth}`), 401, 'access.unauthenticated');
      // Clients that do not know yet that their session has ended are no guesses.
      mustBeProblem(await ask(ended), 401, 'access.unauthenticated');
    }
    assertLimitExceeded(await ask('guess'), policy);
    assertLimitExceeded(await ask(ADMIN_KEY), policy);
    const event = app.securityLog.events.findLast(({ detail }) => detail === policy.name);
    assert.equal(event?.event, 'excess_rate_limit_exceeded');
    mustBeProblem(await ask(ended), 401, 'access.unauthenticated');
    mustBeProblem(await ask(`${session}`), 403, 'access.forbidden');
    assert.equal((await ask(ADMIN_KEY, '203.0.113.10')).status, 200);
    app.clock.advance(policy.windowMs);
    for (let nth = 0; nth < 2 * policy.limit; nth += 1) assert.equal((await ask(ADMIN_KEY)).status, 200);
  });

  it('ASVS 6.3.1: of a hundred failures in a row has no end but a reset, also at another address', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const remoteAddress = '203.0.113.9';
    const json = { email: 'ada@example.com', password: WRONG };
    for (let nth = 0; nth < 100; nth += 1) {
      if (nth % 9 === 0) app.clock.advance(THROTTLE_POLICIES.loginByAddress.windowMs);
      assert.equal((await app.call('POST', '/sessions', { json, remoteAddress })).status, 401);
    }
    const move = { email: 'lovelace@example.com', current_password: PASSWORD };
    assert.equal((await app.call('PATCH', `/users/${id}`, { session, json: move })).status, 200);
    app.clock.advance(300 * 24 * 3_600_000);
    const right = { email: move.email, password: PASSWORD };
    const answer = await app.call('POST', '/sessions', { json: right, remoteAddress });
    mustBeProblem(answer, 401, 'credentials.wrong', /only a reset of the password opens the account/);
    assert.equal(answer.headers['retry-after'], undefined);
    const event = app.securityLog.events.at(-1);
    assert.deepEqual([event?.event, event?.detail], ['authn_login_fail_max', 'login-failures-in-a-row']);
    const { reset_token } = (await app.call('POST', '/reset_password', { json: { email: right.email } })).json();
    const new_password = 'a harmless new phrase';
    await app.call('PUT', '/reset_password', { json: { email: right.email, reset_token, new_password } });
    await logIn(app, right.email, new_password);
  });

  it('keeps no counts of unknown and removed addresses for longer than an hour', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const fail = (email: string) => app.call('POST', '/sessions', { json: { email, password: WRONG } });
    for (const email of ['ada@example.com', 'unknown@example.com', 'user:unknown']) {
      assert.equal((await fail(email)).status, 401);
    }
    assert.equal((await app.call('DELETE', `/users/${id}`, { session })).status, 204);
    app.clock.advance(THROTTLE_POLICIES.loginByAddress.windowMs);
    await app.useCases.purgeExpired.execute();
    assert.equal(app.rows().attempts, 0);
  });

  it('ASVS 6.6.3: on guesses at reset tokens holds after ten', async () => {
    await using app = await startTestApp();
    const policy = THROTTLE_POLICIES.resetByAddressAndIp;
    const guess = (nth: number) => ({
      json: { email: 'ada@example.com', reset_token: `guess${nth}`, new_password: 'a harmless new phrase' },
    });
    for (let nth = 0; nth < policy.limit; nth += 1) {
      mustBeProblem(await app.call('PUT', '/reset_password', guess(nth)), 403, 'password-reset.refused');
    }
    assertLimitExceeded(await app.call('PUT', '/reset_password', guess(99)), policy);
    const event = app.securityLog.events.at(-1);
    assert.deepEqual([event?.event, event?.detail], ['excess_rate_limit_exceeded', policy.name]);
  });

  it('ASVS 2.4.1: on emails about a reset holds, also for unknown addresses', async () => {
    for (const email of ['ada@example.com', 'unknown@example.com']) {
      await using app = await startTestApp();
      await join(app);
      const policy = THROTTLE_POLICIES.resetRequestByAddressAndIp;
      for (let nth = 0; nth < policy.limit; nth += 1) {
        assert.notEqual((await app.call('POST', '/reset_password', { json: { email } })).status, 429);
      }
      assertLimitExceeded(await app.call('POST', '/reset_password', { json: { email } }), policy);
    }
  });

  it('ASVS 2.4.1: on registrations from one network holds', async () => {
    await using app = await startTestApp();
    const policy = THROTTLE_POLICIES.registrationByIp;
    const person = (nth: number) => ({ json: { email: `person${nth}@example.com`, password: PASSWORD, age: 36 } });
    for (let nth = 0; nth < policy.limit; nth += 1) {
      assert.equal((await app.call('POST', '/register', person(nth))).status, 201);
    }
    assertLimitExceeded(await app.call('POST', '/register', person(999)), policy);
    assert.equal(app.rows().users, policy.limit);
  });

  it('ASVS 6.2.3: on guesses at the current password holds', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const json = { password: 'a harmless new phrase', current_password: WRONG };
    for (const [policy, remoteAddress] of [
      [THROTTLE_POLICIES.loginByAddressAndIp, '203.0.113.9'],
      [THROTTLE_POLICIES.loginByKnownNetwork, '127.0.0.1'],
    ] as const) {
      const change = () => app.call('PATCH', `/users/${id}`, { json, session, remoteAddress });
      for (let nth = 0; nth < policy.limit; nth += 1) mustBeProblem(await change(), 403, 'password.wrong');
      assertLimitExceeded(await change(), policy);
    }
  });

  it('ASVS 6.2.3: on guesses at the current password holds from all networks together, and a hundred in a row end them', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const change = (current_password: string, nth: number) => {
      const json = { password: 'a harmless new phrase', current_password };
      return app.call('PATCH', `/users/${id}`, { json, session, remoteAddress: `203.0.113.${nth}` });
    };
    const byAddress = THROTTLE_POLICIES.loginByAddress;
    for (let nth = 0; nth < byAddress.limit; nth += 1) mustBeProblem(await change(WRONG, nth), 403, 'password.wrong');
    assertLimitExceeded(await change(WRONG, byAddress.limit), byAddress);
    for (let nth = byAddress.limit; nth < THROTTLE_POLICIES.loginFailuresInARow.limit; nth += 1) {
      if (nth % byAddress.limit === 0) app.clock.advance(byAddress.windowMs);
      mustBeProblem(await change(WRONG, nth), 403, 'password.wrong');
    }
    mustBeProblem(await change(PASSWORD, 101), 403, 'password.wrong');
    assert.equal((await app.call('GET', '/profile', { session })).status, 200);
    await logIn(app);
  });

  it('is shared by the instances on one store', async () => {
    await using first = await startTestApp();
    await using second = await startTestApp({ DATABASE_URL: `file:${first.databaseFile}` });
    const json = { email: 'ada@example.com', password: WRONG };
    for (let nth = 0; nth < 10; nth += 1) {
      assert.equal((await (nth % 2 === 0 ? first : second).call('POST', '/sessions', { json })).status, 401);
    }
    for (const app of [first, second]) assert.equal((await app.call('POST', '/sessions', { json })).status, 429);
  });
});
