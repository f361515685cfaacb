import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { startTestApp } from './test-app.ts';

describe('a cookie', () => {
  it('that is empty, huge, odd or one of many opens nothing and harms nothing', async () => {
    await using app = await startTestApp();
    const cookies = [
      '',
      ' ',
      ';',
      '=',
      '=x',
      ';;;=;;',
      'session_id',
      'session_id=',
      'session_id=;',
      'session_id= ',
      'session_id=""',
      'session_id=%',
      'session_id=%zz',
      'session_id=%00',
      'session_id=%ff',
      'session_id=\u00ff',
      'session_id=null',
      'session_id=undefined',
      'session_id=[object Object]',
      "session_id=' or 1=1 --",
      '__proto__=x',
      'constructor=x',
      `session_id=${'a'.repeat(12_000)}`,
      `${'a'.repeat(12_000)}=x`,
      'session_id=a; session_id=b',
      Array.from({ length: 2_000 }, (_, index) => `c${index}=1`).join('; '),
    ];
    for (const cookie of cookies) {
      mustBeProblem(await app.call('GET', '/profile', { headers: { cookie } }), 403, 'session.required');
      mustBeProblem(await app.call('DELETE', '/sessions', { headers: { cookie } }), 403, 'session.required');
      mustBeProblem(await app.call('GET', '/sessions', { headers: { cookie } }), 401, 'access.unauthenticated');
      assert.equal((await app.call('GET', '/_health', { headers: { cookie } })).status, 200);
    }
    assert.equal(app.rows().sessions, 0);
  });

  it('is found among others', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    for (const cookie of [`a=b; session_id=${session}; c=d`, `;;session_id=${session};`]) {
      assert.equal((await app.call('GET', '/profile', { headers: { cookie } })).status, 200, cookie);
    }
  });
});

describe('an Authorization header', () => {
  it('that is odd opens nothing and harms nothing', async () => {
    await using app = await startTestApp();
    const { session } = await join(app);
    const odd = [
      '',
      'Bearer',
      'Bearer ',
      'Bearer  ',
      `Bearer${session}`,
      `Basic ${session}`,
      'Basic %%%',
      `Token ${session}`,
      `bearer ${'a'.repeat(12_000)}`,
      `Bearer ${session} x`,
      `Bearer ${session},${session}`,
      'Digest username="x"',
      'License x',
      '\u00ff',
    ];
    for (const authorization of odd) {
      mustBeProblem(await app.call('GET', '/profile', { headers: { authorization } }), 403, 'session.required');
    }
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      assert.equal(
        (await app.call('GET', '/profile', { headers: { authorization: `${scheme} ${session}` } })).status,
        200,
      );
    }
  });
});
