import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Ports } from '../../src/composition/wiring/ports.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { type RandomUserSimulator, startRandomUserSimulator } from '../simulators/random-user-simulator.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

/** What the record of a user adds to the public fields. */
const ACTIVE = { status: 'active', ban: null, email_confirmed_at: null, pending_email: null, mfa: false };

describe('random users over HTTP', () => {
  let simulator: RandomUserSimulator;
  let app: TestApp;
  before(async () => {
    simulator = await startRandomUserSimulator();
    app = await startTestApp({ RANDOM_USER_API_URL: simulator.url, ADMIN_API_KEY: ADMIN_KEY });
  });
  after(async () => {
    await app[Symbol.asyncDispose]();
    await simulator[Symbol.asyncDispose]();
  });
  const ask = (json: unknown, bearer: string | undefined = ADMIN_KEY) =>
    app.call('POST', '/users/import', { json, ...(bearer === '' ? {} : { bearer }) });

  it('lets as many in as an administrator asks for, under their names, without a password', async () => {
    const answer = await ask({ count: 10 });
    assert.equal(answer.status, 201);
    const users = answer.json() as { id: string; email: string; name: string; age: null }[];
    assert.ok(users.length >= 8 && users.length <= 10, `${users.length} came in`);
    for (const user of users) {
      assert.deepEqual(Object.keys(user), ['id', 'email', 'name', 'age', 'created_at']);
      assert.match(user.name, /\S+ \S+/);
      const read = await app.call('GET', `/users/${user.id}`, { bearer: ADMIN_KEY });
      assert.deepEqual(read.json(), { ...user, ...ACTIVE });
    }
    const [first] = users;
    const stored = await app.container.resolve(Ports.users).get(UserId.parse(first?.id ?? ''));
    assert.equal(stored.passwordHash, null);
  });

  it('is for administrators', async () => {
    assert.equal((await ask({ count: 1 }, '')).status, 401);
    assert.equal((await ask({ count: 1 }, 'wrong')).status, 401);
  });

  it('refuses more than it can answer in one go', async () => {
    for (const count of [0, 101, -1]) {
      const answer = await ask({ count });
      assert.deepEqual([answer.status, answer.json().code], [422, 'import.invalid']);
      assert.deepEqual(answer.json().errors, ['count must be a whole number from 1 to 100.']);
    }
    for (const json of [{}, { count: '10' }, { count: 1.5 }, { count: 1, seed: 's' }]) {
      assert.equal((await ask(json)).status, 400);
    }
  });

  it('reports that the service of random users does not answer, with Retry-After', async () => {
    simulator.answerNextWith(
      (_, response) => void response.writeHead(429).end('{"error":"Whoa, ease up there cowboy."}'),
    );
    const answer = await ask({ count: 1 });
    assert.deepEqual([answer.status, answer.json().code], [503, 'random-users.unavailable']);
    assert.equal(answer.headers['retry-after'], '2');
    assert.doesNotMatch(answer.body, /cowboy|127\.0\.0\.1/);
  });

  it('reports an invalid response of that service', async () => {
    simulator.answerNextWith((_, response) => void response.end('<html>127.0.0.1</html>'));
    const answer = await ask({ count: 1 });
    assert.deepEqual([answer.status, answer.json().code], [502, 'random-users.nonsense']);
    assert.doesNotMatch(answer.body, /html|127\.0\.0\.1/);
  });

  it('counts calls by their result', async () => {
    const { body } = await app.call('GET', '/metrics', { bearer: ADMIN_KEY });
    assert.match(body, /^upstream_call_duration_seconds_count\{service="RandomUser",result="2xx"\} 2$/m);
    assert.match(body, /^upstream_call_duration_seconds_count\{service="RandomUser",result="429"\} 1$/m);
  });
});
