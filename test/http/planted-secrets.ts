import assert from 'node:assert/strict';
import { createToken } from './access-table.ts';
import { join, logIn } from './people.ts';
import { talk } from './raw-http.ts';
import { ADMIN_KEY, type TestApp } from './test-app.ts';

const PASSWORDS = [
  'planted-pass-phrase-one',
  'planted-pass-phrase-two',
  'planted-pass-phrase-three',
  'planted-wrong-phrase',
] as const;
const [FIRST, SECOND, THIRD, WRONG] = PASSWORDS;

/** The one that holds in the end. */
export const LAST_PASSWORD = THIRD;

/** Every secret that went by, by what it is. */
export type Secrets = Map<string, string>;

/** All that happens to an account, and much that should not. */
export const wholeRun = async (app: TestApp): Promise<Secrets> => {
  const secrets: Secrets = new Map(PASSWORDS.map((password) => [password, password]));
  secrets.set('the administrator’s key', ADMIN_KEY);
  const { id, session, email } = await join(app, 'ada@example.com', FIRST);
  secrets.set('the session token', session).set('the second session token', await logIn(app, email, FIRST));
  const wrong = await app.call('POST', '/sessions', { json: { email, password: WRONG } });
  assert.equal(wrong.status, 401);
  await app.call('POST', '/sessions', { form: { email: 'unknown@example.com', password: WRONG } });
  const change = { password: SECOND, current_password: FIRST };
  assert.equal((await app.call('PATCH', `/users/${id}`, { session, json: change })).status, 200);
  await app.call('PATCH', `/users/${id}`, { session, json: { password: THIRD, current_password: WRONG } });

  const asked = await app.call('POST', '/reset_password', { json: { email } });
  await app.deliverMail();
  const mailed = /[\w-]{43}/.exec(app.post.sent.at(-1)?.mail.text ?? '')?.[0] ?? '';
  const token: string = asked.json().reset_token ?? mailed;
  secrets.set('the reset token', token);
  const reset = { email, reset_token: token, new_password: THIRD };
  assert.equal((await app.call('PUT', '/reset_password', { json: reset })).status, 200);
  assert.equal((await app.call('PUT', '/reset_password', { form: reset })).status, 403);

  for (const shown of [{ session }, { bearer: session }, { bearer: ADMIN_KEY }, { session: ADMIN_KEY }]) {
    for (const path of ['/profile', '/sessions', '/users', `/users/${id}`, '/metrics', '/nope'])
      await app.call('GET', path, shown);
    await app.call('DELETE', '/sessions', { ...shown, headers: { origin: 'https://evil.example' } });
  }
  await useTokens(app, secrets);
  secrets.set('the third session token', await logIn(app, email, THIRD));
  await plantInBadInput(app, secrets);
  await app.deliverMail();
  return secrets;
};

/** API tokens, good and bad, where they belong and where they do not. */
const useTokens = async (app: TestApp, secrets: Secrets): Promise<void> => {
  const asRoot = { bearer: ADMIN_KEY };
  const created = await createToken(app);
  const rotated = (await app.call('POST', `/tokens/${created.id}/rotate`, asRoot)).json().token;
  const malformed = `${created.token.slice(0, -1)}${created.token.endsWith('x') ? 'y' : 'x'}`;
  for (const [what, token] of Object.entries({ 'API token': created.token, 'new API token': rotated, malformed })) {
    secrets.set(`the ${what}`, token).set(`the ${what} without its end`, token.slice(8, -4));
    for (const path of ['/profile', '/me', '/users', '/nope', `/users?cursor=${token}`, `/nope?token=${token}`]) {
      await app.call('GET', path, { bearer: token });
    }
    await app.call('GET', '/me', { session: token });
    await app.call('POST', '/tokens', { bearer: token, json: { name: 'x', scopes: ['licenses:read'], token } });
  }
  await app.call('DELETE', `/tokens/${created.id}`, asRoot);
  for (const bearer of [created.token, rotated]) await app.call('GET', '/users', { bearer });
};

const plantInBadInput = async (app: TestApp, secrets: Secrets): Promise<void> => {
  let nth = 0;
  const plant = () => {
    nth += 1;
    const secret = `planted-secret-${nth}-x7q`;
    secrets.set(`what stands in bad input ${nth}`, secret);
    return secret;
  };
  const json = { 'content-type': 'application/json' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  await app.call('POST', '/sessions', { payload: `{"password":"${plant()}",}`, headers: json });
  await app.call('POST', '/sessions', { payload: `{"password":"${plant()}","password":"${plant()}"}`, headers: json });
  await app.call('POST', '/sessions', { payload: `{"__proto__":"${plant()}"}`, headers: json });
  await app.call('POST', '/sessions', { payload: `{"email":5,"password":"${plant()}"}`, headers: json });
  await app.call('POST', '/sessions', { payload: `password=${plant()}&password=%zz`, headers: form });
  await app.call('POST', '/sessions', { payload: plant(), headers: { 'content-type': 'text/plain' } });
  await app.call('POST', '/register', { json: { email: 'x', password: plant(), age: 3 } });
  await app.call('POST', '/register', { json: { email: 'x@example.com', password: plant(), age: '33' } });
  await app.call('POST', '/nope', { json: { password: plant() } });
  await app.call('GET', `/profile?session_id=${plant()}`);
  await app.call('GET', `/users?cursor=${plant()}`);
  await app.call('GET', `/nope?token=${plant()}`);
  await app.call('GET', `/%zz?token=${plant()}`);
  for (const header of [
    'authorization',
    'cookie',
    'x-api-key',
    'proxy-authorization',
    'referer',
    'user-agent',
    'x-request-id',
  ]) {
    const value = header === 'x-request-id' ? `${plant()} ` : `Bearer ${plant()}`;
    await app.call('GET', '/profile', { headers: { [header]: value } });
  }
  const port = await app.listen();
  await talk(port, `GET /x HTTP/1.1\r\nCookie: session_id=${plant()}\r\nX : ${plant()}\r\n\r\n`);
  await talk(
    port,
    `POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n${plant()}`,
  );
};
