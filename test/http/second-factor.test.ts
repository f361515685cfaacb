import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pagesOf } from '../pages/browser.ts';
import { aPostgresDatabase } from '../postgres/shared-postgres.ts';
import { joinStaff } from './access-table.ts';
import { UNKNOWN_ID } from './operations.ts';
import { join, PASSWORD, type Person, profileStatus } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { codeOf, enrol, SEALING } from './second-factors.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const STEP_MS = 30_000;
const MINUTE_MS = 60_000;
const LICENSES = { LICENSE_KEY_SECRET: 'a-license-key-secret-of-32-characters-or-more' };

const logIn = (app: TestApp, more: object = {}, email = 'ada@example.com') =>
  app.call('POST', '/sessions', { json: { email, password: PASSWORD, ...more } });

const challenge = async (app: TestApp): Promise<string> => {
  const answer = await logIn(app);
  mustBeProblem(answer, 401, 'mfa.code-required');
  assert.equal(answer.session, undefined);
  return answer.json().challenge;
};

const complete = (app: TestApp, token: string, code: string) =>
  app.call('POST', '/sessions/challenge', { json: { challenge: token, code } });

describe('setting up a second factor', () => {
  it('shows the secret once, and gives ten recovery codes for the first right code', async () => {
    await using app = await startTestApp(SEALING);
    const ada = await join(app);
    const read = async () => (await app.call('GET', '/mfa', { session: ada.session })).json();
    assert.deepEqual(await read(), { totp: null, recovery_codes_left: 0, required: false });
    const { secret, otpauth_uri: uri } = (await app.call('POST', '/mfa/totp', { session: ada.session })).json();
    assert.equal(new URL(uri).searchParams.get('secret'), secret);
    assert.equal((await read()).totp, null);
    const confirmed = await app.call('PUT', '/mfa/totp', { session: ada.session, json: { code: codeOf(app, secret) } });
    assert.equal(new Set(confirmed.json().recovery_codes).size, 10);
    assert.deepEqual([(await read()).recovery_codes_left, (await read()).totp !== null], [10, true]);
    mustBeProblem(await app.call('POST', '/mfa/totp', { session: ada.session }), 409, 'mfa.already-set');
    assert.equal((await app.call('GET', '/me', { session: ada.session })).json().mfa, true);
    assert.equal((await app.call('GET', `/users/${ada.id}`, { session: ada.session })).json().mfa, true);
  });

  it('ends the other sessions, and sends an email', async () => {
    await using app = await startTestApp(SEALING);
    const ada = await join(app);
    const other = await logIn(app);
    await enrol(app, ada);
    assert.deepEqual([await profileStatus(app, ada.session), await profileStatus(app, other.session)], [200, 403]);
    await app.deliverMail();
    assert.equal(app.post.sent.at(-1)?.mail.subject, 'Your second factor is set up');
  });

  it('sends nothing to an address that has to be confirmed first', async () => {
    await using app = await startTestApp({ ...SEALING, REGISTRATION: 'confirmed' });
    const json = { email: 'ada@example.com', password: PASSWORD, age: 36 };
    assert.equal((await app.call('POST', '/users', { json })).status, 201);
    const session = (await logIn(app)).session as string;
    await enrol(app, { session });
    assert.equal((await app.call('DELETE', '/mfa/totp', { session })).status, 204);
    await app.deliverMail();
    assert.deepEqual(
      app.post.sent.map(({ mail }) => mail.subject).filter((subject) => /factor/.test(subject)),
      [],
    );
  });

  it('takes a step-up, a pending factor and a right code, within ten minutes', async () => {
    await using app = await startTestApp({ ...SEALING, ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    mustBeProblem(await app.call('PUT', '/mfa/totp', { session, json: { code: '123456' } }), 409, 'mfa.not-pending');
    const { secret } = (await app.call('POST', '/mfa/totp', { session })).json();
    const wrong = await app.call('PUT', '/mfa/totp', { session, json: { code: '12345' } });
    mustBeProblem(wrong, 401, 'mfa.refused', /^The code is wrong, used or expired\. Enter the next one, /);
    app.clock.advance(10 * MINUTE_MS);
    const late = { session, json: { code: codeOf(app, secret) } };
    mustBeProblem(await app.call('PUT', '/mfa/totp', late), 409, 'mfa.not-pending');
    mustBeProblem(await app.call('POST', '/mfa/totp', { session }), 401, 'access.step-up-required');
  });

  it('is not possible without a sealing key', async () => {
    await using app = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    mustBeProblem(await app.call('POST', '/mfa/totp', { session }), 503, 'sealing.unavailable');
  });
});

describe('a log-in with a second factor', () => {
  it('ASVS 6.3.3: takes the code, with the password or after it', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const token = await challenge(app);
    const completed = await complete(app, token, codeOf(app, secret));
    assert.deepEqual([completed.status, completed.json()], [200, { email: 'ada@example.com', message: 'logged in' }]);
    assert.equal(await profileStatus(app, completed.session), 200);
    app.clock.advance(STEP_MS);
    const atOnce = await logIn(app, { code: codeOf(app, secret) });
    assert.deepEqual([atOnce.status, atOnce.json()], [200, { email: 'ada@example.com', message: 'logged in' }]);
  });

  it('ASVS 6.3.8: does not reveal the factor to a wrong password', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const json = { email: 'ada@example.com', password: 'not the password', code: codeOf(app, secret) };
    mustBeProblem(await app.call('POST', '/sessions', { json }), 401, 'credentials.wrong');
  });

  it('ASVS 6.5.1: takes a code once, also from fifty requests at once', async () => {
    await using app = await startTestApp({ ...SEALING, THROTTLE: 'off' });
    const { secret } = await enrol(app, await join(app));
    const code = codeOf(app, secret);
    const answers = await Promise.all(Array.from({ length: 50 }, () => logIn(app, { code })));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const answer of answers.filter(({ status }) => status !== 200)) mustBeProblem(answer, 401, 'mfa.refused');
  });

  for (const store of ['SQLite', 'Postgres']) {
    it(`ASVS 6.5.1: takes a code once, also from fifty requests to two instances on one ${store} store`, async () => {
      await using open = new AsyncDisposableStack();
      const url = store === 'SQLite' ? undefined : open.use(await aPostgresDatabase()).url;
      const settings = { ...SEALING, THROTTLE: 'off', HASHING_QUEUE: '100' };
      const first = open.use(await startTestApp({ ...settings, ...(url !== undefined && { DATABASE_URL: url }) }));
      const second = open.use(await startTestApp({ ...settings, DATABASE_URL: url ?? `file:${first.databaseFile}` }));
      const { secret } = await enrol(first, await join(first));
      const code = codeOf(first, secret);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, nth) => logIn(nth % 2 === 0 ? first : second, { code })),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const answer of answers.filter(({ status }) => status !== 200)) mustBeProblem(answer, 401, 'mfa.refused');
    });
  }

  it('ASVS 6.5.8: goes by the clock of the server, whatever time the client sends', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const later = Date.parse(app.clock.now()) + 10 * MINUTE_MS;
    const code = codeOf(app, secret, -10 * MINUTE_MS);
    const json = { email: 'ada@example.com', password: PASSWORD, code };
    const date = new Date(later).toUTCString();
    for (const headers of [{ date }, { 'x-timestamp': String(later) }]) {
      mustBeProblem(await app.call('POST', '/sessions', { json, headers }), 401, 'mfa.refused');
    }
    for (const field of ['timestamp', 'at']) {
      const timed = { ...json, [field]: later };
      mustBeProblem(await app.call('POST', '/sessions', { json: timed }), 400, 'request.invalid');
    }
  });

  it('ASVS 6.3.8: answers a challenge alike for every reason to refuse it', async () => {
    await using app = await startTestApp({ ...SEALING, THROTTLE: 'off' });
    const ada = await join(app);
    const { secret } = await enrol(app, ada);
    const refused = async (token: string, code: string) => {
      const { status, headers, body } = await complete(app, token, code);
      const { date: _, 'x-request-id': id, ...rest } = headers;
      return JSON.stringify([status, rest, body]).replaceAll(String(id), 'ID');
    };
    const [spent, late, ended, banned] = [
      await challenge(app),
      await challenge(app),
      await challenge(app),
      await challenge(app),
    ];
    const answers = [await refused('x'.repeat(43), codeOf(app, secret))];
    for (let n = 0; n < 5; n += 1) answers.push(await refused(ended, '000000'));
    answers.push(await refused(ended, codeOf(app, secret)), await refused(banned, 'ABCDE-FGHJK-MNPQR-STVWX-YZ2345'));
    assert.equal((await complete(app, spent, codeOf(app, secret))).status, 200);
    answers.push(await refused(spent, codeOf(app, secret)), await refused(late, codeOf(app, secret)));
    app.clock.advance(5 * MINUTE_MS);
    answers.push(await refused(late, codeOf(app, secret)));
    await app.call('POST', `/users/${ada.id}/ban`, {});
    answers.push(await refused(banned, codeOf(app, secret)));
    assert.equal(new Set(answers).size, 1, [...new Set(answers)].join('\n'));
  });

  it('does not take the code that confirmed the factor', async () => {
    await using app = await startTestApp(SEALING);
    const { session } = await join(app);
    const { secret } = (await app.call('POST', '/mfa/totp', { session })).json();
    const code = codeOf(app, secret);
    assert.equal((await app.call('PUT', '/mfa/totp', { session, json: { code } })).status, 200);
    mustBeProblem(await logIn(app, { code }), 401, 'mfa.refused');
  });

  it('ASVS 6.5.1: takes each recovery code once, as people type it', async () => {
    await using app = await startTestApp(SEALING);
    const { recoveryCodes } = await enrol(app, await join(app));
    const [one = ''] = recoveryCodes;
    const session = (await logIn(app, { code: one.toLowerCase().replaceAll('-', ' ') })).session;
    assert.equal((await app.call('GET', '/mfa', { session })).json().recovery_codes_left, 9);
    mustBeProblem(await logIn(app, { code: one }), 401, 'mfa.refused', /log in again if the log-in took too long\.$/);
    const begun = (await app.call('GET', '/audit?action=session.begun', {})).json()[0];
    assert.deepEqual(begun.changes.at(-1), { field: 'recovery_codes_left', before: 10, after: 9 });
  });

  it('ASVS 6.6.3: the fifth wrong code ends the challenge, and the account waits', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const token = await challenge(app);
    for (let n = 0; n < 5; n += 1) mustBeProblem(await complete(app, token, '000000'), 401, 'mfa.refused');
    mustBeProblem(await complete(app, token, codeOf(app, secret)), 401, 'mfa.refused');
    mustBeProblem(await logIn(app, { code: codeOf(app, secret) }), 429, 'throttle.exceeded');
    app.clock.advance(15 * MINUTE_MS);
    assert.equal((await logIn(app, { code: codeOf(app, secret) })).status, 200);
  });

  it('ends a challenge after five minutes, by a change of password and by a ban', async () => {
    const endings: ((app: TestApp, ada: Person) => Promise<unknown>)[] = [
      async (app) => app.clock.advance(5 * MINUTE_MS),
      (app, { id }) => app.call('POST', `/users/${id}/ban`, {}),
      (app, { id, session }) =>
        app.call('PATCH', `/users/${id}`, {
          session,
          json: { password: 'another harmless phrase', current_password: PASSWORD },
        }),
    ];
    for (const end of endings) {
      await using app = await startTestApp(SEALING);
      const ada = await join(app);
      const { secret } = await enrol(app, ada);
      const token = await challenge(app);
      await end(app, ada);
      mustBeProblem(await complete(app, token, codeOf(app, secret)), 401, 'mfa.refused');
    }
  });

  it('ASVS 6.4.3: is asked for after a password reset, which does not remove the factor', async () => {
    await using app = await startTestApp(SEALING);
    const { secret } = await enrol(app, await join(app));
    const email = 'ada@example.com';
    const { reset_token } = (await app.call('POST', '/reset_password', { json: { email } })).json();
    const reset = { email, reset_token, new_password: 'another harmless phrase' };
    assert.equal((await app.call('PUT', '/reset_password', { json: reset })).status, 200);
    const json = { email, password: 'another harmless phrase' };
    mustBeProblem(await app.call('POST', '/sessions', { json }), 401, 'mfa.code-required');
    const code = codeOf(app, secret);
    assert.equal((await app.call('POST', '/sessions', { json: { ...json, code } })).status, 200);
  });

  it('ends the earlier session of the browser, as every log-in', async () => {
    await using app = await startTestApp(SEALING);
    const ada = await join(app);
    const { secret } = await enrol(app, ada);
    const json = { email: ada.email, password: PASSWORD };
    const token = (await app.call('POST', '/sessions', { session: ada.session, json })).json().challenge;
    assert.equal(await profileStatus(app, ada.session), 200);
    assert.equal((await complete(app, token, codeOf(app, secret))).status, 200);
    assert.equal(await profileStatus(app, ada.session), 403);
  });

  it('stores no secret that can be read', async () => {
    await using app = await startTestApp(SEALING);
    const { secret, recoveryCodes } = await enrol(app, await join(app));
    const token = await challenge(app);
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(app.databaseFile, { readOnly: true });
    const tables = ['second_factors', 'recovery_codes', 'login_challenges', 'unsealed_audit_entries', 'audit_entries'];
    const rows = tables.map((table) => JSON.stringify(db.prepare(`select * from ${table}`).all()));
    db.close();
    for (const text of rows) {
      assert.equal(text.includes(secret), false);
      assert.equal(text.includes(token), false);
      for (const code of recoveryCodes) assert.equal(text.includes(code.replaceAll('-', '')), false);
    }
  });
});

describe('a step-up with a second factor', () => {
  it('takes the code too', async () => {
    await using app = await startTestApp(SEALING);
    const { session } = await join(app);
    const { secret } = await enrol(app, { session });
    const elevate = (json: object) => app.call('POST', '/sessions/elevate', { session, json });
    mustBeProblem(await elevate({ password: PASSWORD }), 401, 'mfa.refused');
    mustBeProblem(await elevate({ password: PASSWORD, code: '000000' }), 401, 'mfa.refused', /Enter the next one, /);
    assert.equal((await elevate({ password: PASSWORD, code: codeOf(app, secret) })).status, 200);
    mustBeProblem(await elevate({ password: PASSWORD, code: codeOf(app, secret) }), 401, 'mfa.refused');
  });

  it('refuses five wrong codes as wrong, then limits them, as a log-in does', async () => {
    await using app = await startTestApp(SEALING);
    const { session } = await join(app);
    const { secret } = await enrol(app, { session });
    const elevate = (code: string) =>
      app.call('POST', '/sessions/elevate', { session, json: { password: PASSWORD, code } });
    for (let n = 0; n < 5; n += 1) mustBeProblem(await elevate('000000'), 401, 'mfa.refused');
    mustBeProblem(await elevate(codeOf(app, secret)), 429, 'throttle.exceeded');
    app.clock.advance(15 * MINUTE_MS);
    assert.equal((await elevate(codeOf(app, secret))).status, 200);
  });
});

describe('removing a second factor', () => {
  it('ASVS 6.5.6: needs a step-up, and voids the recovery codes', async () => {
    await using app = await startTestApp({ ...SEALING, ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    mustBeProblem(await app.call('DELETE', '/mfa/totp', { session }), 404, 'mfa.not-found');
    mustBeProblem(await app.call('POST', '/mfa/recovery-codes', { session }), 404, 'mfa.not-found');
    const { recoveryCodes } = await enrol(app, { session });
    const replaced = (await app.call('POST', '/mfa/recovery-codes', { session })).json().recovery_codes;
    mustBeProblem(await logIn(app, { code: recoveryCodes[0] }), 401, 'mfa.refused');
    assert.equal((await logIn(app, { code: replaced[0] })).status, 200);
    assert.equal((await app.call('DELETE', '/mfa/totp', { session })).status, 204);
    assert.equal((await logIn(app)).status, 200);
  });

  it('ASVS 6.4.4: for another user takes password and sessions along, and the mailbox is proved anew', async () => {
    await using app = await startTestApp({ ...SEALING, ADMIN_API_KEY: ADMIN_KEY });
    const ada = await join(app);
    await enrol(app, ada);
    const reset = () => app.call('DELETE', `/users/${ada.id}/mfa`, { bearer: ADMIN_KEY });
    assert.equal((await reset()).status, 204);
    assert.equal(await profileStatus(app, ada.session), 403);
    mustBeProblem(await logIn(app), 401, 'credentials.wrong');
    await app.deliverMail();
    assert.equal(app.post.sent.at(-1)?.mail.subject, 'Reset your password');
    mustBeProblem(await reset(), 404, 'mfa.not-found');
  });
});

describe('REQUIRE_MFA', () => {
  const production = { NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY };

  it('ASVS 6.3.3: lets an account without the factor set it up, and little else', async () => {
    await using app = await startTestApp({ ...production, ...SEALING, REQUIRE_MFA: 'all' });
    const { id, session } = await join(app);
    for (const path of ['/profile', '/me', '/sessions', '/mfa']) {
      assert.equal((await app.call('GET', path, { session })).status, 200, path);
    }
    for (const path of [`/users/${id}`, `/users/${id}/licenses`]) {
      mustBeProblem(await app.call('GET', path, { session }), 403, 'mfa.enrolment-required');
    }
    const unknown = `/licenses/${UNKNOWN_ID}`;
    for (const [method, path] of [
      ['GET', unknown],
      ['GET', `${unknown}/activations`],
      ['PUT', `${unknown}/activations/m1`],
      ['DELETE', `${unknown}/activations/m1`],
      ['POST', `${unknown}/checkout`],
    ] as const) {
      mustBeProblem(await app.call(method, path, { session }), 403, 'mfa.enrolment-required');
    }
    await enrol(app, { session });
    assert.equal((await app.call('GET', `/users/${id}`, { session })).status, 200);
    mustBeProblem(await app.call('DELETE', '/mfa/totp', { session }), 409, 'mfa.required-here');
  });

  it('is 503 without a sealing key', async () => {
    await using app = await startTestApp({ ...production, REQUIRE_MFA: 'all' });
    const { id, session } = await join(app);
    mustBeProblem(await app.call('GET', `/users/${id}`, { session }), 503, 'sealing.unavailable');
  });

  it('concerns people with a role by default in production, and no others', async () => {
    await using app = await startTestApp({ ...production, ...LICENSES, REQUIRE_MFA: '' });
    const { id, session } = await join(app);
    assert.equal((await app.call('GET', `/users/${id}`, { session })).status, 200);
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).status, 200);
    const reader = await joinStaff(app, 'reader');
    mustBeProblem(await app.call('GET', '/users', { session: reader.session }), 403, 'mfa.enrolment-required');
    const token = { name: 'build server', scopes: ['licenses:read'] };
    const created = await app.call('POST', '/tokens', { session: reader.session, json: token });
    mustBeProblem(created, 403, 'mfa.enrolment-required');
  });

  it('opens no page of the console without the factor', async () => {
    await using app = await startTestApp({ ...production, ...SEALING, REQUIRE_MFA: 'staff' });
    const { session } = await joinStaff(app, 'admin');
    const pages = pagesOf(app, { account: UNKNOWN_ID, license: UNKNOWN_ID, token: UNKNOWN_ID });
    for (const path of [...pages.filter((path) => path.startsWith('/console')), '/console/pairs.csv']) {
      const answer = await app.call('GET', path, { session });
      assert.deepEqual([answer.status, answer.headers.location], [303, '/account/mfa'], path);
    }
  });
});
