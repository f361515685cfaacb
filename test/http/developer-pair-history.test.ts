import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startPairApp } from './pair-app.ts';
import type { Answer } from './test-app.ts';

describe('GET /connected/register', () => {
  it('is an empty list for a pair that was never checked, and sends no request', async () => {
    await using app = await startPairApp();
    const answer = await app.register('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '[]']);
    assert.deepEqual([app.github.paths, app.twitter.paths], [[], []]);
  });

  it('responds literally, oldest first, in any order and case of the names', async () => {
    await using app = await startPairApp();
    app.befriend();
    await app.check('dev1/dev2');
    app.clock.advance(90 * 60_000 + 999);
    for (const name of ['dev1', 'dev2']) app.github.join(name, 'org1', 'org2');
    await app.check('DEV2/dev1');
    await app.check('dev1/unknown');
    const { body } = await app.register('Dev2/DEV1');
    assert.equal(
      body,
      '[{"registered_at":"2026-01-01T00:00:00Z","connected":false},' +
        '{"registered_at":"2026-01-01T01:30:00Z","connected":true,"organisations":["org1","org2"]}]',
    );
  });

  it('is paged by the Link header, which keeps to the names as they were asked for', async () => {
    await using app = await startPairApp();
    app.befriend();
    for (let n = 0; n < 5; n += 1) {
      await app.check('dev1/dev2');
      app.clock.advance(1_000);
    }
    const seen: string[] = [];
    let path: string | undefined = '/connected/register/DEV1/dev2?limit=2';
    let pages = 0;
    while (path !== undefined) {
      const answer: Answer = await app.call('GET', path);
      seen.push(...answer.json().map(({ registered_at: at }: { registered_at: string }) => at));
      pages += 1;
      path = /^<(\/connected\/register\/DEV1\/dev2\?[^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
    }
    assert.deepEqual([pages, seen.length, new Set(seen).size], [3, 5, 5]);
    assert.deepEqual(seen, [...seen].sort());
  });

  it('refuses a limit and a cursor that are none', async () => {
    await using app = await startPairApp();
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'page=2']) {
      assert.equal((await app.call('GET', `/connected/register/dev1/dev2?${query}`)).status, 400, query);
    }
  });

  it('keeps every check of a hundred at once', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    await Promise.all(Array.from({ length: 100 }, () => app.check('dev1/dev2')));
    const answer = await app.call('GET', '/connected/register/dev1/dev2?limit=100');
    assert.equal(answer.json().length, 100);
    assert.ok(app.twitter.paths.length < 100, 'equal questions at a time are asked once');
  });
});
