import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTestApp } from './test-app.ts';

/** The published clients of the session-auth exercise, call by call, in form bodies. */
describe('the session-auth exercise', () => {
  it('passes unchanged with its five-letter passwords', async () => {
    await using app = await startTestApp({ PASSWORD_BLOCKLIST: 'off', PASSWORD_MIN_LENGTH: '5' });
    const email = 'guillaume@holberton.io';
    const [password, newPassword] = ['b4l0u', 't4rt1fl3tt3'];

    const welcome = await app.call('GET', '/');
    assert.deepEqual([welcome.status, welcome.json()], [200, { message: 'Bienvenue' }]);

    const created = await app.call('POST', '/users', { form: { email, password } });
    assert.deepEqual([created.status, created.json()], [200, { email, message: 'user created' }]);

    const again = await app.call('POST', '/users', { form: { email, password } });
    assert.deepEqual([again.status, again.json()], [400, { message: 'email already registered' }]);

    const wrong = await app.call('POST', '/sessions', { form: { email, password: newPassword } });
    assert.deepEqual([wrong.status, wrong.headers['set-cookie']], [401, undefined]);

    assert.equal((await app.call('GET', '/profile')).status, 403);
    assert.equal((await app.call('GET', '/profile', { headers: { cookie: '' } })).status, 403);
    assert.equal((await app.call('GET', '/profile', { headers: { cookie: 'session_id=' } })).status, 403);
    assert.equal((await app.call('GET', '/profile', { headers: { cookie: 'session_id' } })).status, 403);
    assert.equal((await app.call('GET', '/profile', { session: 'nope' })).status, 403);

    const loggedIn = await app.call('POST', '/sessions', { form: { email, password } });
    assert.deepEqual([loggedIn.status, loggedIn.json()], [200, { email, message: 'logged in' }]);
    const { session } = loggedIn;
    assert.ok(session);

    const profile = await app.call('GET', '/profile', { session });
    assert.deepEqual([profile.status, profile.json()], [200, { email }]);

    const loggedOut = await app.call('DELETE', '/sessions', { session });
    assert.deepEqual([loggedOut.status, loggedOut.headers.location, loggedOut.body], [302, '/', '']);
    assert.match(String(loggedOut.headers['set-cookie']), /^session_id=;.*Expires=Thu, 01 Jan 1970/);
    assert.equal((await app.call('DELETE', '/sessions', { session })).status, 403);

    const unknown = await app.call('POST', '/reset_password', { form: { email: 'no one@holberton.io' } });
    assert.equal(unknown.status, 403);
    const asked = await app.call('POST', '/reset_password', { form: { email } });
    assert.deepEqual(
      [asked.status, Object.keys(asked.json()), asked.json().email],
      [200, ['email', 'reset_token'], email],
    );
    const reset = { email, reset_token: asked.json().reset_token, new_password: newPassword };

    const bad = await app.call('PUT', '/reset_password', { form: { ...reset, reset_token: 'nope' } });
    assert.equal(bad.status, 403);
    const updated = await app.call('PUT', '/reset_password', { form: reset });
    assert.deepEqual([updated.status, updated.json()], [200, { email, message: 'Password updated' }]);
    assert.equal((await app.call('PUT', '/reset_password', { form: reset })).status, 403);

    const back = await app.call('POST', '/sessions', { form: { email, password: newPassword } });
    assert.deepEqual([back.status, back.json()], [200, { email, message: 'logged in' }]);
    assert.equal((await app.call('POST', '/sessions', { form: { email, password } })).status, 401);
  });
});
