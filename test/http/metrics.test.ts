import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UNKNOWN_ID } from './operations.ts';
import { join } from './people.ts';
import { mustBeProblem } from './problems.ts';
import { ADMIN_KEY, startTestApp, type TestApp } from './test-app.ts';

const routesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route = '']) => route)),
];

const read = async (app: TestApp): Promise<string> => {
  const answer = await app.call('GET', '/metrics');
  assert.equal(answer.status, 200);
  return answer.body;
};

describe('the metrics', () => {
  it('ASVS 13.4.5: are for the administrator where there is a key', async () => {
    await using app = await startTestApp({ ADMIN_API_KEY: ADMIN_KEY });
    const { session } = await join(app);
    mustBeProblem(await app.call('GET', '/metrics'), 401, 'access.unauthenticated');
    mustBeProblem(await app.call('GET', '/metrics', { session }), 403, 'access.forbidden');
    const answer = await app.call('GET', '/metrics', { bearer: ADMIN_KEY });
    assert.equal(answer.status, 200);
    assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4; charset=utf-8$/);
  });

  it('name routes by their templates, so that anonymous callers cannot make them grow', async () => {
    await using app = await startTestApp();
    for (let nth = 0; nth < 50; nth += 1) {
      await app.call('GET', `/users/${UNKNOWN_ID.slice(0, -2)}${10 + nth}`);
      await app.call('GET', `/wp-admin/${nth}.php?x=${nth}`);
      await app.call('PROPFIND', `/users/${UNKNOWN_ID}`);
      await app.call('GET', `/%zz${nth}`);
    }
    const text = await read(app);
    assert.deepEqual(routesIn(text).sort(), ['/users/:id', 'unmatched']);
    assert.match(text, /http_request_duration_seconds_count\{method="GET",route="\/users\/:id",status="404"\} 50\n/);
    assert.match(text, /http_request_duration_seconds_count\{method="any",route="unmatched",status="404"\} 50\n/);
    assert.match(text, /http_request_duration_seconds_count\{method="any",route="unmatched",status="405"\} 50\n/);
    assert.match(text, /http_request_duration_seconds_count\{method="any",route="unmatched",status="400"\} 50\n/);
    assert.doesNotMatch(text, /wp-admin|PROPFIND|019a0f3e|zz/);
  });

  it('report the store and the hashing queue, and no user', async () => {
    await using app = await startTestApp();
    const { id, email, session } = await join(app);
    const text = await read(app);
    for (const name of [
      'store_query_duration_seconds',
      'password_hashing_active',
      'password_hashing_waiting',
      'emails_total',
      'audit_entries_unsealed',
    ]) {
      assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
    }
    for (const secret of [id, email, session, 'ada']) assert.ok(!text.includes(secret));
  });
});
