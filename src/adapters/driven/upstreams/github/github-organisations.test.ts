import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aGithub, named } from '../../../../../test/builders/upstream-builder.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { startGithubSimulator } from '../../../../../test/simulators/github-simulator.ts';
import { respondWith, respondWithHtml } from '../../../../../test/simulators/simulator.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { PortError } from '../../../../ports/port-error.ts';

const TOKEN = 'simulated-github-token';
const many = Array.from({ length: 230 }, (_, n) => `org-${String(n).padStart(3, '0')}`);
const of = (...names: string[]) => ({ kind: 'organisations', names: new Set(names) });

describe('GithubOrganisations', () => {
  it('sends the headers that GitHub requires', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using anonymous = aGithub(simulator.baseUrl);
    await using known = aGithub(simulator.baseUrl, { token: TOKEN });
    await anonymous.github.organisationsOf(named('Ada'));
    await known.github.organisationsOf(named('Ada'));
    assert.deepEqual(simulator.paths, Array(2).fill('GET /users/ada/orgs?per_page=100'));
    const [first, second] = simulator.requests.map(({ headers }) => headers);
    assert.equal(first?.['user-agent'], 'guildhall/test');
    assert.equal(first?.accept, 'application/vnd.github+json');
    assert.equal(first?.['x-github-api-version'], '2026-03-10');
    assert.equal(first?.authorization, undefined);
    assert.equal(second?.authorization, `Bearer ${TOKEN}`);
  });

  it('follows the links to the next pages', async () => {
    await using simulator = await startGithubSimulator({ ada: many });
    await using adapter = aGithub(simulator.baseUrl);
    assert.deepEqual(await adapter.github.organisationsOf(named('ada')), of(...many));
    assert.deepEqual(simulator.paths, [
      'GET /users/ada/orgs?per_page=100',
      'GET /user/1000/orgs?per_page=100&page=2',
      'GET /user/1000/orgs?per_page=100&page=3',
    ]);
  });

  it('is inconclusive for a list without an end, or with a loop', async () => {
    await using simulator = await startGithubSimulator({ ada: many }, { pageSize: 10 });
    await using adapter = aGithub(simulator.baseUrl);
    assert.equal((await adapter.github.organisationsOf(named('ada'))).kind, 'inconclusive');
    assert.equal(simulator.paths.length, 10);
    const link = `<${simulator.baseUrl}/users/ada/orgs?per_page=100>; rel="next"`;
    simulator.failNext(respondWith({ status: 200, json: [], headers: { link } }));
    assert.equal((await adapter.github.organisationsOf(named('ada'))).kind, 'inconclusive');
    assert.equal(simulator.paths.length, 11);
  });

  it('ASVS 10.1.1: sends the token to no other host', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using canary = await startGithubSimulator({ ada: ['trap'] }, { token: TOKEN });
    await using adapter = aGithub(simulator.baseUrl, { token: TOKEN });
    const link = `<${canary.baseUrl}/users/ada/orgs>; rel="next"`;
    simulator.failNext(respondWith({ status: 200, json: [], headers: { link } }));
    simulator.failNext(
      respondWith({ status: 302, json: {}, headers: { location: `${canary.baseUrl}/users/ada/orgs` } }),
    );
    for (let n = 0; n < 2; n += 1) {
      await assert.rejects(adapter.github.organisationsOf(named('ada')), { code: 'upstream.nonsense' });
    }
    assert.deepEqual(canary.paths, []);
  });

  for (const status of [301, 302, 307, 308]) {
    it(`docs.github.com, Best practices: follows a ${status} on its own host, for a renamed account`, async () => {
      await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
      await using adapter = aGithub(simulator.baseUrl, { token: TOKEN });
      const headers = { location: '/user/1000/orgs?per_page=100' };
      simulator.failNext(respondWith({ status, json: { message: 'Moved Permanently' }, headers }));
      assert.deepEqual(await adapter.github.organisationsOf(named('lovelace')), of('acm'));
      assert.deepEqual(simulator.paths, ['GET /users/lovelace/orgs?per_page=100', 'GET /user/1000/orgs?per_page=100']);
    });
  }

  it('follows no loop of redirects, and none without a target', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] });
    await using adapter = aGithub(simulator.baseUrl);
    const targets: Record<string, string>[] = [{ location: '/users/ada/orgs?per_page=100' }, {}];
    for (const headers of targets) {
      simulator.failAlways(respondWith({ status: 301, json: {}, headers }));
      await assert.rejects(adapter.github.organisationsOf(named('ada')), { code: 'upstream.nonsense' });
    }
    assert.equal(simulator.paths.length, 4 + 1);
  });

  it('uses ETags with a token: an unchanged list costs nothing', async () => {
    await using simulator = await startGithubSimulator({ ada: many }, { token: TOKEN });
    await using adapter = aGithub(simulator.baseUrl, { token: TOKEN });
    await adapter.github.organisationsOf(named('ada'));
    const left = simulator.remaining;
    assert.deepEqual(await adapter.github.organisationsOf(named('ADA')), of(...many));
    assert.equal(simulator.remaining, left);
    assert.deepEqual(adapter.observer.calls.slice(3), Array(3).fill('GitHub 304'));
  });

  it('reads changes at once, with or without a token', async () => {
    for (const token of [TOKEN, undefined]) {
      await using simulator = await startGithubSimulator({ ada: ['acm'] }, token === undefined ? {} : { token });
      await using adapter = aGithub(simulator.baseUrl, token === undefined ? {} : { token });
      await adapter.github.organisationsOf(named('ada'));
      simulator.join('ada', 'ieee');
      assert.deepEqual(await adapter.github.organisationsOf(named('ada')), of('acm', 'ieee'));
      simulator.leave('ada', 'acm');
      assert.deepEqual(await adapter.github.organisationsOf(named('ada')), of('ieee'));
    }
  });

  it('sends no ETag without a token, where it saves nothing', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] });
    await using adapter = aGithub(simulator.baseUrl);
    for (let n = 0; n < 2; n += 1) await adapter.github.organisationsOf(named('ada'));
    assert.deepEqual(
      simulator.requests.map(({ headers }) => headers['if-none-match']),
      [undefined, undefined],
    );
  });

  it('ASVS 4.2.5: sends no overlong header or URL of a response', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using adapter = aGithub(simulator.baseUrl, { token: TOKEN });
    const long = 'x'.repeat(3_000);
    simulator.failNext(respondWith({ status: 200, json: [], headers: { etag: `"${long}"` } }));
    await adapter.github.organisationsOf(named('ada'));
    await adapter.github.organisationsOf(named('ada'));
    assert.equal(simulator.requests[1]?.headers['if-none-match'], undefined);
    const link = `<${simulator.baseUrl}/user/1/orgs?page=${long}>; rel="next"`;
    simulator.failNext(respondWith({ status: 200, json: [], headers: { link } }));
    await assert.rejects(adapter.github.organisationsOf(named('ada')), { code: 'upstream.nonsense' });
    assert.equal(simulator.paths.length, 3);
  });

  it('sends no request once the quota is used up, until its reset', async () => {
    const clock = new FixedClock(Instant.fromEpochMs(Math.floor(Date.now() / 1000) * 1000));
    await using simulator = await startGithubSimulator({ ada: [], grace: [] }, { limit: 1 });
    await using adapter = aGithub(simulator.baseUrl, { clock });
    await adapter.github.organisationsOf(named('ada'));
    await assert.rejects(adapter.github.organisationsOf(named('grace')), (error: PortError) => {
      assert.equal(error.code, 'upstream.exhausted');
      assert.match(error.messages.join(), /^GitHub has reached its rate limit\. Try again after \d{4}-/);
      assert.ok(Number(error.retryAfterSeconds) > 3_500 && Number(error.retryAfterSeconds) <= 3_600);
      return true;
    });
    assert.equal(simulator.paths.length, 1);
    assert.equal(adapter.observer.quotas.get('core'), 0);
    clock.advance(3_601_000);
    simulator.remaining = 60;
    assert.equal((await adapter.github.organisationsOf(named('grace'))).kind, 'organisations');
  });

  const rateLimitMessage = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again';
  // octokit/plugin-throttling.js takes both messages for a secondary rate limit.
  const abuseMessage =
    'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.';
  const errors: [
    name: string,
    response: Parameters<typeof respondWith>[0],
    code: string,
    retryAfterSeconds?: number,
  ][] = [
    ['403 with nothing left', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, 'upstream.exhausted', 60],
    ['403 with a wait', { status: 403, headers: { 'retry-after': '8' } }, 'upstream.exhausted', 8],
    ['429 with a wait', { status: 429, headers: { 'retry-after': '8' } }, 'upstream.exhausted', 8],
    [
      '403 whose message names a rate limit',
      { status: 403, json: { message: rateLimitMessage } },
      'upstream.exhausted',
      60,
    ],
    ['403 of GitHub Enterprise', { status: 403, json: { message: abuseMessage } }, 'upstream.exhausted', 60],
    ['a bare 429', { status: 429 }, 'upstream.exhausted', 60],
    ['any other 403', { status: 403, json: { message: 'Forbidden' } }, 'upstream.refused'],
    ['401', { status: 401, json: { message: 'Bad credentials' } }, 'upstream.refused'],
    ['400', { status: 400, json: {} }, 'upstream.nonsense'],
    ['a 304 without an ETag sent', { status: 304 }, 'upstream.nonsense'],
    ['a web page instead of a list', { status: 200, text: '<html>' }, 'upstream.nonsense'],
    ['an object instead of a list', { status: 200, json: { login: 'acm' } }, 'upstream.nonsense'],
    ['a list of something else', { status: 200, json: [{ name: 'acm' }] }, 'upstream.nonsense'],
    ['a list of nothing', { status: 200, json: [null] }, 'upstream.nonsense'],
    [
      'a Link header that cannot be parsed',
      { status: 200, json: [], headers: { link: 'next page please' } },
      'upstream.nonsense',
    ],
  ];
  for (const [name, response, code, retryAfterSeconds] of errors) {
    it(`reports ${name} as ${code}, never as an empty list`, async () => {
      await using simulator = await startGithubSimulator({ ada: [] });
      await using adapter = aGithub(simulator.baseUrl);
      simulator.failAlways(respondWith(response));
      await assert.rejects(adapter.github.organisationsOf(named('ada')), (error: PortError) => {
        assert.equal(error.code, code);
        assert.match(error.messages.join(), /^GitHub /);
        if (retryAfterSeconds !== undefined) assert.equal(error.retryAfterSeconds, retryAfterSeconds);
        return true;
      });
    });
  }

  it('reports a 503 of a proxy as upstream.unavailable', async () => {
    await using simulator = await startGithubSimulator({ ada: [] });
    await using adapter = aGithub(simulator.baseUrl);
    simulator.failAlways(respondWithHtml(503));
    await assert.rejects(adapter.github.organisationsOf(named('ada')), { code: 'upstream.unavailable' });
  });
});
