import assert from 'node:assert/strict';
import type { TestApp } from './test-app.ts';

export type Person = Readonly<{ id: string; email: string; password: string; session: string }>;

export const PASSWORD = 'a harmless pass phrase';

/** Registers a user and logs in. */
export const join = async (app: TestApp, email = 'ada@example.com', password = PASSWORD): Promise<Person> => {
  const registered = await app.call('POST', '/register', { json: { email, password, age: 36, name: 'Ada' } });
  assert.equal(registered.status, 201, registered.body);
  return { id: registered.json().id, email, password, session: await logIn(app, email, password) };
};

/** @returns the session token */
export const logIn = async (app: TestApp, email = 'ada@example.com', password = PASSWORD): Promise<string> => {
  const answer = await app.call('POST', '/sessions', { json: { email, password } });
  assert.equal(answer.status, 200, answer.body);
  assert.ok(answer.session);
  return answer.session;
};

/** The status of asking for one's own profile: 200 while the session lives, 403 after it. */
export const profileStatus = async (app: TestApp, session: string | undefined): Promise<number> =>
  (await app.call('GET', '/profile', { session })).status;
