import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestApp, type TestApp } from './test-app.ts';

describe('passwords over HTTP', () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app[Symbol.asyncDispose]());

  it('generates one with the level that it is rated at, without authentication and without caching', async () => {
    const answer = await app.call('POST', '/passwords', { json: { length: 8, complexity: 2 } });
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.json()), ['password', 'level']);
    assert.match(answer.json().password, /^(?=.*\d)(?=.*[a-z])[a-z0-9]{8}$/);
    assert.equal(answer.json().level, 3);
    assert.equal(answer.headers['cache-control'], 'no-store');
  });

  it('makes another one each time', async () => {
    const options = { json: { length: 16, complexity: 4 } };
    const [one, other] = [await app.call('POST', '/passwords', options), await app.call('POST', '/passwords', options)];
    assert.notEqual(one.json().password, other.json().password);
  });

  it('reports all rules that a request violates', async () => {
    const answer = await app.call('POST', '/passwords', { json: { length: 129, complexity: 5 } });
    assert.equal(answer.status, 422);
    assert.equal(answer.json().code, 'password.recipe-invalid');
    assert.equal(answer.json().errors.length, 2);
    const short = await app.call('POST', '/passwords', { json: { length: 3, complexity: 4 } });
    assert.deepEqual([short.status, short.json().code], [422, 'password.recipe-invalid']);
  });

  it('bends nothing to fit', async () => {
    for (const json of [
      {},
      { length: 12 },
      { length: '12', complexity: 4 },
      { length: 12.5, complexity: 4 },
      { length: 12, complexity: null },
      { length: 12, complexity: 4, count: 2 },
    ]) {
      const answer = await app.call('POST', '/passwords', { json });
      assert.deepEqual([answer.status, answer.json().code], [400, 'request.invalid'], JSON.stringify(json));
    }
  });

  it('reads the level of a password, and answers nothing else', async () => {
    for (const [password, level] of [
      ['abcdefg1', 3],
      ['', 0],
      ['пароль', 0],
    ] as const) {
      const answer = await app.call('POST', '/passwords/level', { json: { password } });
      assert.deepEqual([answer.status, answer.json()], [200, { level }]);
    }
  });

  it('reads 60,000 characters in a moment', async () => {
    const answer = await app.call('POST', '/passwords/level', { json: { password: 'a1'.repeat(30_000) } });
    assert.deepEqual(answer.json(), { level: 3 });
  });

  it('names the field that is wrong', async () => {
    const answer = await app.call('POST', '/passwords/level', { json: { password: 12345678 } });
    assert.deepEqual([answer.status, answer.json().errors], [400, ['password must be a string.']]);
  });
});
