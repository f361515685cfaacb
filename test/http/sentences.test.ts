import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNKNOWN_ID } from './operations.ts';
import { startTestApp } from './test-app.ts';

describe('the sentence about a fault', () => {
  it('states what is required, in words and not in terms of a library', async () => {
    await using app = await startTestApp();
    for (const [method, path, json, sentence] of [
      ['PATCH', `/users/${UNKNOWN_ID}`, {}, 'The body must have at least 1 field.'],
      ['PATCH', `/users/${UNKNOWN_ID}`, [], 'The body must be a JSON object.'],
      ['POST', '/register', 'ada', 'The body must be a JSON object.'],
      ['GET', '/users?limit=0', undefined, 'limit must be at least 1.'],
      ['GET', '/users?limit=101', undefined, 'limit must be at most 100.'],
      [
        'GET',
        '/licenses?status=dead',
        undefined,
        'status must be one of active, scheduled, in_grace, expired, suspended, revoked.',
      ],
      [
        'POST',
        '/licenses/validate',
        { license_key: 'x', entitlements: Array(65).fill('a') },
        'entitlements must have at most 64 entries.',
      ],
    ] as const) {
      const answer = await app.call(method, path, { json });
      assert.equal(answer.status, 400, answer.body);
      assert.ok(answer.json().errors.includes(sentence), answer.body);
      assert.doesNotMatch(answer.body, /must NOT|properties|[<>]=/);
    }
  });

  it('names the media types that the route takes', async () => {
    await using app = await startTestApp();
    for (const [path, sentence] of [
      ['/register', 'The body must be application/json.'],
      ['/sessions', 'The body must be application/json or application/x-www-form-urlencoded.'],
    ] as const) {
      for (const type of ['text/plain', 'application/xml']) {
        const answer = await app.call('POST', path, { payload: 'x', headers: { 'content-type': type } });
        assert.deepEqual([answer.status, answer.json().errors], [415, [sentence]]);
      }
    }
  });
});
