import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Environment } from '../../src/composition/setting-reader.ts';
import { startGithubSimulator } from '../simulators/github-simulator.ts';
import { cutShort, hangUp, htmlPage, silence, telling } from '../simulators/simulator.ts';
import { startTwitterSimulator } from '../simulators/twitter-simulator.ts';
import { type Answer, startTestApp } from './test-app.ts';

/** The whole service between its client and two simulated networks. */
const startPairApp = async (settings: Environment = {}, latencyMs = 0) => {
  const token = 'simulated-github-token';
  const github = await startGithubSimulator({}, { token, latencyMs });
  const twitter = await startTwitterSimulator({}, { latencyMs });
  const app = await startTestApp({
    GITHUB_API_URL: github.baseUrl,
    TWITTER_API_URL: twitter.baseUrl,
    GITHUB_TOKEN: token,
    TWITTER_BEARER_TOKEN: twitter.bearer,
    ...settings,
  });
  const befriend = (...organisations: string[]) => {
    twitter.follow('dev1', 'dev2');
    twitter.follow('dev2', 'dev1');
    for (const name of ['dev1', 'dev2']) github.join(name, ...organisations);
  };
  return {
    ...app,
    github,
    twitter,
    befriend,
    check: (pair: string) => app.call('GET', `/connected/realtime/${pair}`),
    register: (pair: string) => app.call('GET', `/connected/register/${pair}`),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await Promise.all([github.close(), twitter.close()]);
    },
  };
};

const errorsIn = (answer: Answer): string[] => answer.json().errors;

describe('GET /connected/realtime', () => {
  it('answers to the letter: connected, with the organisations sorted', async () => {
    await using app = await startPairApp();
    app.befriend('org2', 'org1');
    app.github.join('dev1', 'org3');
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '{"connected":true,"organisations":["org1","org2"]}']);
  });

  it('answers to the letter: not connected', async () => {
    await using app = await startPairApp();
    app.befriend();
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '{"connected":false}']);
  });

  it('names those whom a network does not know, in these words and this order', async () => {
    await using app = await startPairApp();
    const nobody = await app.check('dev1/dev2');
    assert.equal(nobody.status, 404);
    assert.deepEqual(errorsIn(nobody), [
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

  it('asks nobody for a name that cannot be', async () => {
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

  it('refuses one developer twice, in whatever case', async () => {
    await using app = await startPairApp();
    const answer = await app.check('dev1/DEV1');
    assert.deepEqual([answer.status, answer.json().code], [422, 'pair.same-developer']);
    assert.equal((await app.register('dev1/Dev1')).status, 422);
  });

  it('says that nobody can tell: protected accounts are not "not connected"', async () => {
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
    assert.deepEqual(errorsIn(answer), ['Twitter cannot be asked: this server has no key for it.']);
  });

  const faults: [name: string, fault: Parameters<Awaited<ReturnType<typeof startGithubSimulator>>['failAlways']>[0]][] =
    [
      ['silence', silence],
      ['a line that is cut', hangUp],
      ['half an answer', cutShort],
      ['a 500', telling({ status: 500, json: {} })],
      ['a web page with 503', htmlPage(503)],
      ['a web page with 200', htmlPage(200)],
      ['400', telling({ status: 400, json: {} })],
      ['401', telling({ status: 401, json: { message: 'Bad credentials' } })],
      ['402', telling({ status: 402, json: { title: 'CreditsDepleted' } })],
      ['403', telling({ status: 403, json: { message: 'Forbidden' } })],
      ['429', telling({ status: 429, json: {}, headers: { 'retry-after': '30' } })],
      ['a redirect', telling({ status: 301, json: {}, headers: { location: 'http://127.0.0.1:1/' } })],
    ];
  for (const service of ['github', 'twitter'] as const) {
    for (const [name, fault] of faults) {
      it(`ASVS 16.5.2: ${service} meeting us with ${name} is a 503 that names it, in time, and is not recorded`, async () => {
        await using app = await startPairApp({ UPSTREAM_TIMEOUT: '1s' });
        app.befriend('org1');
        app[service].failAlways(fault);
        const startedMs = performance.now();
        const answer = await app.check('dev1/dev2');
        assert.ok(performance.now() - startedMs < 1_500);
        assert.equal(answer.status, 503, answer.body);
        assert.match(answer.json().code, /^upstream\./);
        assert.match(errorsIn(answer).join(), new RegExp(`^${service} `, 'i'));
        assert.ok(Number(answer.headers['retry-after']) >= 1);
        app[service].failAlways(undefined);
        assert.equal((await app.register('dev1/dev2')).body, '[]');
      });
    }
  }

  it('names both services where both are down', async () => {
    await using app = await startPairApp();
    app.github.failAlways(hangUp);
    app.twitter.failAlways(hangUp);
    const errors = errorsIn(await app.check('dev1/dev2'));
    assert.deepEqual([...errors].sort(), ['GitHub cannot be reached.', 'Twitter cannot be reached.']);
  });

  it('says when to come back, and asks no more before then', async () => {
    await using app = await startPairApp();
    app.befriend('org1');
    app.twitter.remaining.set('users/by', 0);
    const answer = await app.check('dev1/dev2');
    assert.deepEqual([answer.status, answer.json().code], [503, 'upstream.exhausted']);
    assert.match(errorsIn(answer).join(), /^Twitter has had enough questions for now\. Try again after \d{4}-/);
    const seconds = Number(answer.headers['retry-after']);
    assert.ok(seconds > 850 && seconds <= 900, `${seconds}`);
    await app.check('dev1/dev2');
    assert.equal(app.twitter.paths.length, 1);
  });

  it('ASVS 10.1.1: tells no token, whatever goes wrong', async () => {
    await using app = await startPairApp();
    for (const fault of [undefined, hangUp, htmlPage(500), telling({ status: 401, json: { message: 'no' } })]) {
      app.github.failAlways(fault);
      app.twitter.failAlways(fault);
      const { body } = await app.check('dev1/dev2');
      for (const secret of ['simulated-github-token', app.twitter.bearer]) assert.equal(body.includes(secret), false);
      assert.equal(body.includes('127.0.0.1'), false);
    }
    const { body: metrics } = await app.call('GET', '/metrics');
    for (const secret of ['simulated-github-token', app.twitter.bearer]) assert.equal(metrics.includes(secret), false);
  });

  it('takes as long as its longest chain of calls, and little more', async () => {
    const latencyMs = 100;
    await using app = await startPairApp({}, latencyMs);
    app.befriend('org1');
    await app.check('dev1/dev2');
    const ratios: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const startedMs = performance.now();
      await app.check('dev1/dev2');
      // Two names at once, then one list a direction.
      ratios.push((performance.now() - startedMs) / (3 * latencyMs));
    }
    const median = ratios.sort()[2] ?? Number.NaN;
    assert.ok(median < 1.15, `${median.toFixed(3)} of three calls`);
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

describe('GET /connected/register', () => {
  it('is an empty list for a pair that was never checked, and asks nobody', async () => {
    await using app = await startPairApp();
    const answer = await app.register('dev1/dev2');
    assert.deepEqual([answer.status, answer.body], [200, '[]']);
    assert.deepEqual([app.github.paths, app.twitter.paths], [[], []]);
  });

  it('answers to the letter, oldest first, whoever is named first and in whatever case', async () => {
    await using app = await startPairApp();
    app.befriend();
    await app.check('dev1/dev2');
    app.clock.advance(90 * 60_000 + 999);
    for (const name of ['dev1', 'dev2']) app.github.join(name, 'org1', 'org2');
    await app.check('DEV2/dev1');
    await app.check('dev1/nobody');
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
