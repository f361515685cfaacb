import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { resetConnection, respondWith, respondWithHtml } from '../simulators/simulator.ts';
import { startPairApp } from './pair-app.ts';
import type { Answer } from './test-app.ts';

const errorsIn = (answer: Answer): string[] => answer.json().errors;

describe('GET /connected/realtime', () => {
  it('responds literally: connected, with the organisations sorted', async () => {
    await using app = await startPairApp();
    app.befriend('org2', 'org1');
    app.github.join('dev1', 'org3');
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '{"connected":true,"organisations":["org1","org2"]}']);
  });

  it('responds literally: not connected', async () => {
    await using app = await startPairApp();
    app.befriend();
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '{"connected":false}']);
  });

  it('names those whom a network does not know, in these words and this order', async () => {
    await using app = await startPairApp();
    const unknown = await app.check('dev1/dev2');
    assert.equal(unknown.status, 404);
    assert.deepEqual(errorsIn(unknown), [
      'dev1 is no a valid user in github',
      'dev1 is no a valid user in twitter',
      'dev2 is no a valid user in github',
      'dev2 is no a valid user in twitter',
    ]);
    app.github.join('dev1');
    app.twitter.join('dev2');
    assert.deepEqual(errorsIn(await app.check('dev1/dev2')), [
      'dev1 is no a valid user in twitter',
      'dev2 is no a valid user in github',
    ]);
    assert.deepEqual(errorsIn(await app.check('dev2/dev1')), [
      'dev2 is no a valid user in github',
      'dev1 is no a valid user in twitter',
    ]);
  });

  it('sends no request for an impossible name', async () => {
    await using app = await startPairApp();
    const answer = await app.check('a.b/%2E%2E%2Forgs%2Fx%3Fy');
    assert.equal(answer.status, 404);
    assert.deepEqual(errorsIn(answer), [
      'a.b is no a valid user in github',
      'a.b is no a valid user in twitter',
      '../orgs/x?y is no a valid user in github',
      '../orgs/x?y is no a valid user in twitter',
    ]);
    assert.deepEqual([app.github.paths, app.twitter.paths], [[], []]);
  });

  it('names whom the patterns exclude by the length of the name, up to 300 characters', async () => {
    await using app = await startPairApp();
    app.github.join('dev2');
    app.twitter.join('dev2');
    for (const name of ['a'.repeat(151), 'a'.repeat(300)]) {
      const answer = await app.check(`${name}/dev2`);
      assert.equal(answer.status, 404, answer.body);
      assert.deepEqual(errorsIn(answer), [
        `${name} is no a valid user in github`,
        `${name} is no a valid user in twitter`,
      ]);
      assert.equal((await app.register(`dev2/${name}`)).body, '[]');
    }
    const { status, json } = await app.check(`dev2/${'a'.repeat(301)}`);
    assert.deepEqual([status, json().code], [400, 'handle.malformed']);
  });

  it('refuses one developer twice, in whatever case', async () => {
    await using app = await startPairApp();
    const answer = await app.check('dev1/DEV1');
    assert.deepEqual([answer.status, answer.json().code], [422, 'pair.same-developer']);
    assert.equal((await app.register('dev1/Dev1')).status, 422);
  });

  it('is inconclusive: protected accounts are not "not connected"', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    app.twitter.protect('dev1');
    app.twitter.protect('dev2');
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.json().code], [503, 'pair.undecided']);
    assert.match(errorsIn(answer).join(), /^Twitter .*protected/);
    assert.equal(answer.headers['retry-after'], '3600');
    assert.equal((await app.register('dev1/dev2')).body, '[]');
  });

  it('pays Twitter for two names alone where GitHub has settled it', async () => {
    await using app = await startPairApp();
    app.befriend();
    await app.check('dev1/dev2');
    assert.equal(app.twitter.usersSent, 2);
    assert.equal(app.twitter.paths.length, 1);
  });

  it('says so where there is no key for Twitter', async () => {
    await using app = await startPairApp({ TWITTER_BEARER_TOKEN: '' });
    app.befriend('org1');
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.json().code], [503, 'upstream.refused']);
    assert.deepEqual(errorsIn(answer), ['Twitter cannot be queried: no credentials are configured.']);
  });

  it('names whom Twitter’s pattern excludes, also where Twitter has no key or does not respond', async () => {
    for (const settings of [{ TWITTER_BEARER_TOKEN: '' }, { TWITTER_BEARER_TOKEN: 'wrong' }, {}]) {
      await using app = await startPairApp(settings);
      app.twitter.failAlways(resetConnection);
      for (const name of ['this-name-has-hyphens', 'longer-than-fifteen']) {
        app.github.join('dev2', 'org1');
        app.github.join(name, 'org1');
        const answer = await app.check(`${name}/dev2`);
        assert.equal(answer.status, 404, JSON.stringify(settings));
        assert.deepEqual(errorsIn(answer), [`${name} is no a valid user in twitter`]);
      }
    }
  });

  it('names both services where both are down', async () => {
    await using app = await startPairApp();
    app.github.failAlways(resetConnection);
    app.twitter.failAlways(resetConnection);
    const errors = errorsIn(await app.check('dev1/dev2'));
    assert.deepEqual([...errors].sort(), ['GitHub cannot be reached.', 'Twitter cannot be reached.']);
  });

  it('sets Retry-After, and sends no request before then', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    app.twitter.remaining.set('users/by', 0);
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.json().code], [503, 'upstream.exhausted']);
    assert.match(errorsIn(answer).join(), /^Twitter has reached its rate limit\. Try again after \d{4}-/);
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds > 850 && seconds <= 900, `${seconds}`);
    await app.check('dev1/dev2');
    assert.equal(app.twitter.paths.length, 1);
  });

  it('ASVS 10.1.1: reveals no token, whatever fails', async () => {
    await using app = await startPairApp();
    for (const fault of [
      undefined,
      resetConnection,
      respondWithHtml(500),
      respondWith({ status: 401, json: { message: 'no' } }),
    ]) {
      app.github.failAlways(fault);
      app.twitter.failAlways(fault);
      const { body } = await app.check('dev1/dev2');
      for (const secret of ['simulated-github-token', app.twitter.bearer]) assert.equal(body.includes(secret), false);
      assert.equal(body.includes('127.0.0.1'), false);
    }
    const { body: metrics } = await app.call('GET', '/metrics');
    for (const secret of ['simulated-github-token', app.twitter.bearer]) assert.equal(metrics.includes(secret), false);
  });

  it('sends requests at once: of five, at most three are one after the other', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    for (const network of [app.github, app.twitter]) network.hold();
    const checking = app.check('dev1/dev2');
    // Both names, on both networks; then one list a direction.
    for (const [ofGithub, ofTwitter] of [
      [2, 1],
      [0, 1],
      [0, 1],
    ] as const) {
      while (app.github.held < ofGithub || app.twitter.held < ofTwitter) await new Promise(setImmediate);
      for (const network of [app.github, app.twitter]) network.answerHeld();
    }
    assert.equal((await checking).status, 200);
    assert.deepEqual([app.github.paths.length, app.twitter.paths.length], [2, 3]);
  });

  it('counts calls by result, and what is left of each quota', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    await app.check('dev1/dev2');
    const { body } = await app.call('GET', '/metrics');
    assert.match(body, /^upstream_call_duration_seconds_count\{service="GitHub",result="2xx"\} 2$/m);
    assert.match(body, /^upstream_call_duration_seconds_count\{service="Twitter",result="2xx"\} 3$/m);
    assert.match(body, /^upstream_quota_remaining\{service="GitHub",quota="core"\} 4998$/m);
    assert.match(body, /^upstream_quota_remaining\{service="Twitter",quota="app users\/by"\} 299$/m);
  });
});
