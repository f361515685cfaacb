import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join, logIn, PASSWORD, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, type Answer, startTestApp } from './test-app.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NEW_PASSWORD = 'a harmless new phrase';

describe('a session', () => {
  it('ASVS 7.2.1: is known by the server alone: nothing near its token opens anything', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    const swapped = session.startsWith('A') ? `B${session.slice(1)}` : `A${session.slice(1)}`;
    const near = [
      swapped,
      session.slice(0, -1),
      `${session}A`,
      session.toLowerCase() === session ? session.toUpperCase() : session.toLowerCase(),
      [...session].reverse().join(''),
      ` ${session.slice(1)}`,
      Buffer.from(session, 'base64url').toString('hex'),
    ];
    for (const forged of near) assert.equal(await profileStatus(app, encodeURIComponent(forged)), 403, forged);
    assert.equal(await profileStatus(app, session), 200);
  });

  it('ASVS 7.2.2: is no key: the administrator’s key is none, not even in the cookie', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    assert.equal(await profileStatus(app, ADMIN_KEY), 403);
    mustBeProblem(await app.call('GET', '/users', { session: ADMIN_KEY }), 401, 'access.unauthenticated');
    mustBeProblem(await app.call('GET', '/profile', { bearer: ADMIN_KEY }), 403, 'session.required');
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).status, 200);
  });

  it('ASVS 7.2.3: has a token of 256 bits, another one each time', async () => {
    await using app = await startTestApp();
    await join(app);
    const tokens = new Set<string>();
    for (let nth = 0; nth < 50; nth += 1) tokens.add(await logIn(app));
    assert.equal(tokens.size, 50);
    for (const token of tokens) assert.equal(Buffer.from(token, 'base64url').length, 32);
  });

  it('ASVS 7.2.4: is new at each log-in, whatever token was shown, and the one shown ends', async () => {
    await using app = await startTestApp();
    const ada = await join(app);
    const planted = 'A'.repeat(43);
    const json = { email: ada.email, password: PASSWORD };
    const first = (await app.call('POST', '/sessions', { json, session: planted })).session;
    assert.notEqual(first, planted);
    assert.equal(await profileStatus(app, planted), 403);
    const second = (await app.call('POST', '/sessions', { json, session: first })).session;
    assert.notEqual(second, first);
    assert.deepEqual([await profileStatus(app, first), await profileStatus(app, second)], [403, 200]);
  });

  it('ASVS 7.1.2: is listed page by page, and the oldest ends where there are too many', async () => {
    await using app = await startTestApp({ SESSIONS_PER_USER: '5' });
    const ada = await join(app);
    const sessions = [ada.session];
    for (let nth = 0; nth < 5; nth += 1) sessions.push(await logIn(app));
    const [first = '', ...others] = sessions;
    assert.equal(await profileStatus(app, first), 403);
    for (const session of others) assert.equal(await profileStatus(app, session), 200);
    const ended = app.securityLog.events.filter(({ event }) => event === 'session_ended');
    assert.deepEqual(
      ended.map(({ userId, detail }) => [userId, detail]),
      [[ada.id, 'more than SESSIONS_PER_USER']],
    );

    const [session = ''] = others;
    const all = (await app.call('GET', '/sessions', { session })).json();
    assert.deepEqual(
      all.map(({ current }: { current: boolean }) => current),
      [true, false, false, false, false],
    );
    const pages = [];
    for (let path: string | undefined = '/sessions?limit=2'; path !== undefined; ) {
      const answer: Answer = await app.call('GET', path, { session });
      pages.push(answer.json());
      path = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    }
    assert.deepEqual(pages, [all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    mustBeProblem(await app.call('GET', '/sessions?limit=101', { session }), 400, 'request.invalid', 'limit');
  });

  it('ASVS 7.2.4: of another user of the same browser ends at a log-in', async () => {
    await using app = await startTestApp();
    const [ada, bob] = [await join(app), await join(app, 'bob@example.com')];
    const json = { email: bob.email, password: bob.password };
    const { session } = await app.call('POST', '/sessions', { json, session: ada.session });
    assert.equal((await app.call('GET', '/profile', { session })).json().email, bob.email);
    assert.equal(await profileStatus(app, ada.session), 403);
  });

  it('is not ended by a log-in that is refused', async () => {
    await using app = await startTestApp();
    const { session, email } = await join(app);
    await app.call('POST', '/sessions', { json: { email, password: 'wrong pass phrase' }, session });
    assert.equal(await profileStatus(app, session), 200);
  });

  it('ASVS 7.3.1: ends after seven days without a request', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    app.clock.advance(7 * DAY_MS - 1);
    assert.equal(await profileStatus(app, session), 200);
    app.clock.advance(7 * DAY_MS - 1);
    assert.equal(await profileStatus(app, session), 200);
    app.clock.advance(7 * DAY_MS);
    assert.equal(await profileStatus(app, session), 403);
    const expired = app.securityLog.events.find(({ event }) => event === 'session_expired');
    assert.equal(expired?.client?.ip, '127.0.0.1');
    app.clock.advance(-DAY_MS);
    assert.equal(await profileStatus(app, session), 200, 'only the clock had ended it');
  });

  it('ASVS 7.3.2: ends after thirty days, however busy it is', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    for (let day = 1; day < 30; day += 1) {
      app.clock.advance(DAY_MS);
      assert.equal(await profileStatus(app, session), 200, `day ${day}`);
    }
    app.clock.advance(DAY_MS - 1);
    assert.equal(await profileStatus(app, session), 200);
    app.clock.advance(1);
    assert.equal(await profileStatus(app, session), 403);
  });

  it('ASVS 7.3.1 and 7.3.2: ends when the settings say', async () => {
    await using app = await startTestApp({ SESSION_IDLE: '15m', SESSION_TTL: '1h' });
    const { session } = await join(app);
    for (let quarter = 0; quarter < 4; quarter += 1) {
      app.clock.advance(15 * MINUTE_MS - 1);
      assert.equal(await profileStatus(app, session), 200);
    }
    app.clock.advance(4);
    assert.equal(await profileStatus(app, session), 403);
    const idle = await logIn(app);
    app.clock.advance(15 * MINUTE_MS);
    assert.equal(await profileStatus(app, idle), 403);
  });

  it('ASVS 7.4.1: is over after logout, and replaying its token opens nothing, by cookie or bearer', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    const other = await logIn(app);
    assert.equal((await app.call('DELETE', '/sessions', { session })).status, 302);
    assert.equal(await profileStatus(app, session), 403);
    mustBeProblem(await app.call('GET', '/profile', { bearer: session }), 403, 'session.required');
    mustBeProblem(await app.call('DELETE', '/sessions', { session }), 403, 'session.required');
    assert.equal(await profileStatus(app, other), 200);
  });

  it('ASVS 7.4.1: is over after logout for every instance on the same store', async () => {
    await using first = await startTestApp();
    await using second = await startTestApp({ DATABASE_URL: `file:${first.databaseFile}` });
    const { session } = await join(first);
    assert.equal(await profileStatus(second, session), 200);
    await first.call('DELETE', '/sessions', { session });
    assert.deepEqual([await profileStatus(first, session), await profileStatus(second, session)], [403, 403]);
  });

  it('ASVS 7.4.2: is over at once when its user is deleted', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const other = await logIn(app);
    assert.equal((await app.call('DELETE', `/users/${id}`, { session })).status, 204);
    assert.deepEqual([await profileStatus(app, session), await profileStatus(app, other)], [403, 403]);
    assert.equal(app.rows().sessions, 0);
  });

  it('ASVS 7.4.3: is over when the password is reset', async () => {
    await using app = await startTestApp();
    const { session, email } = await join(app);
    const other = await logIn(app);
    const { reset_token } = (await app.call('POST', '/reset_password', { json: { email }, session })).json();
    const json = { email, reset_token, new_password: NEW_PASSWORD };
    assert.equal((await app.call('PUT', '/reset_password', { json, session })).status, 200);
    assert.deepEqual([await profileStatus(app, session), await profileStatus(app, other)], [403, 403]);
  });

  it('ASVS 7.4.3: is over on all other devices when the password is changed', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const other = await logIn(app);
    const json = { password: NEW_PASSWORD, current_password: PASSWORD };
    assert.equal((await app.call('PATCH', `/users/${id}`, { json, session })).status, 200);
    assert.deepEqual([await profileStatus(app, session), await profileStatus(app, other)], [200, 403]);
  });

  it('ASVS 7.4.5: of every user can be ended by an administrator', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    const [{ id }] = (await app.call('GET', '/sessions', { session })).json();
    assert.equal((await app.call('DELETE', `/sessions/${id}`, { bearer: ADMIN_KEY })).status, 204);
    assert.equal(await profileStatus(app, session), 403);
  });

  it('ASVS 7.5.2: can be seen and ended by its owner, device by device', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    app.clock.advance(HOUR_MS);
    const json = { email: 'ada@example.com', password: PASSWORD };
    const phone = await app.call('POST', '/sessions', {
      json,
      headers: { 'user-agent': 'Phone' },
      remoteAddress: '203.0.113.9',
    });
    const seen = (await app.call('GET', '/sessions', { session })).json();
    assert.deepEqual(
      seen.map(({ current, ip }: { current: boolean; ip: string }) => [current, ip]),
      [
        [true, '127.0.0.1'],
        [false, '203.0.113.9'],
      ],
    );
    assert.equal(seen[1].user_agent, 'Phone');
    assert.equal((await app.call('DELETE', `/sessions/${seen[1].id}`, { session })).status, 204);
    assert.deepEqual([await profileStatus(app, session), await profileStatus(app, phone.session)], [200, 403]);
  });
});
