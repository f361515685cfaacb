import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { join, logIn, PASSWORD } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp } from './test-app.ts';

describe('a password', () => {
  it('ASVS 6.2.2 and 6.2.3: is changed with the old one and the new one', async () => {
    await using app = await startTestApp();
    const { id, session, email } = await join(app);
    const password = 'a harmless new phrase';
    const change = (json: object) => app.call('PATCH', `/users/${id}`, { session, json });
    mustBeProblem(await change({ password }), 403, 'password.wrong', 'current_password');
    mustBeProblem(await change({ password, current_password: 'wrong' }), 403, 'password.wrong', 'current_password');
    await logIn(app);
    assert.equal((await change({ password, current_password: PASSWORD })).status, 200);
    mustBeProblem(
      await app.call('POST', '/sessions', { json: { email, password: PASSWORD } }),
      401,
      'credentials.wrong',
    );
    await logIn(app, email, password);
  });

  it('ASVS 7.5.1: is asked for once more before the address changes', async () => {
    await using app = await startTestApp();
    const { id, session } = await join(app);
    const change = (json: object) => app.call('PATCH', `/users/${id}`, { session, json });
    mustBeProblem(await change({ email: 'new@example.com' }), 403, 'password.wrong', 'current_password');
    mustBeProblem(await change({ email: 'new@example.com', current_password: 'wrong' }), 403, 'password.wrong');
    assert.equal((await change({ email: 'new@example.com', current_password: PASSWORD })).status, 200);
  });

  it('ASVS 6.3.7: and the address are never changed without an email to their owner', async () => {
    await using app = await startTestApp();
    const { id, session, email } = await join(app);
    await app.deliverMail();
    const before = app.post.sent.length;
    const password = 'a harmless new phrase';
    await app.call('PATCH', `/users/${id}`, { session, json: { password, current_password: PASSWORD } });
    await app.call('PATCH', `/users/${id}`, {
      session,
      json: { email: 'new@example.com', current_password: password },
    });
    await app.deliverMail();
    const emails = app.post.sent.slice(before).map(({ mail }) => mail);
    assert.deepEqual(
      emails.map(({ to }) => to),
      [email, email],
    );
    for (const { subject, text, html } of emails)
      assert.ok(![subject, text, html].some((part) => part.includes(password)));
  });

  it('ASVS 6.2.10: does not grow old', async () => {
    await using app = await startTestApp();
    await join(app);
    app.clock.advance(10 * 365 * 86_400_000);
    await logIn(app);
  });

  it('ASVS 11.4.2: is kept as argon2id with today’s parameters, and never as it is', async () => {
    await using app = await startTestApp({ ARGON2_MEMORY_KIB: '19456', ARGON2_TIME_COST: '2' });
    await join(app);
    const database = new Database(app.databaseFile, { readonly: true });
    const hash = database.prepare('select password_hash from users').pluck().get();
    database.close();
    assert.match(String(hash), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  });

  it('ASVS 6.4.1 and 6.3.2: are never chosen by others: sample and created users have none', async () => {
    await using app = await startTestApp({ SAMPLE_USERS: 'on', ADMIN_API_KEY: ADMIN_KEY, THROTTLE: 'off' });
    const email = 'created@example.com';
    assert.equal((await app.call('POST', '/users', { bearer: ADMIN_KEY, json: { email } })).status, 201);
    for (const address of ['alice@example.com', 'bob@example.com', email]) {
      for (const password of ['', 'password', 'alice', 'guildhall', 'null', 'undefined', address]) {
        const answer = await app.call('POST', '/sessions', { json: { email: address, password } });
        mustBeProblem(answer, 401, 'credentials.wrong');
      }
      const { reset_token } = (await app.call('POST', '/reset_password', { json: { email: address } })).json();
      const json = { email: address, reset_token, new_password: PASSWORD };
      assert.equal((await app.call('PUT', '/reset_password', { json })).status, 200);
      await logIn(app, address);
    }
  });

  it('ASVS 6.3.2: belongs to no account at the start of production: there is none', async () => {
    await using app = await startTestApp({ NODE_ENV: 'production', ADMIN_API_KEY: ADMIN_KEY, SAMPLE_USERS: 'on' });
    assert.deepEqual((await app.call('GET', '/users', { bearer: ADMIN_KEY })).json(), []);
  });

  it('ASVS 6.4.2: has no hint and no secret question: no schema has such a field', async () => {
    await using app = await startTestApp();
    assert.doesNotMatch(JSON.stringify(app.document.paths), /"\w*(?:hint|question|mother|pet)\w*":/i);
  });
});
