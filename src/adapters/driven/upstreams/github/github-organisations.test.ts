import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aGithub, named } from '../../../../../test/builders/upstream-builder.ts';
import { startGithubSimulator } from '../../../../../test/simulators/github-simulator.ts';
import { htmlPage, telling } from '../../../../../test/simulators/simulator.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { PortError } from '../../../../ports/port-error.ts';
import { FixedClock } from '../../memory/fixed-clock.ts';

const TOKEN = 'simulated-github-token';
const many = Array.from({ length: 230 }, (_, n) => `org-${String(n).padStart(3, '0')}`);
const of = (...names: string[]) => ({ kind: 'organisations', names: new Set(names) });

describe('GithubOrganisations', () => {
  it('asks as GitHub wants to be asked', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using anonymous = aGithub(simulator.baseUrl);
    await using known = aGithub(simulator.baseUrl, { token: TOKEN });
    await anonymous.github.organisationsOf(named('Ada'));
    await known.github.organisationsOf(named('Ada'));
    assert.deepEqual(simulator.paths, Array(2).fill('GET /users/ada/orgs?per_page=100'));
    const [first, second] = simulator.asked.map(({ headers }) => headers);
    assert.equal(first?.['user-agent'], 'guildhall/test');
    assert.equal(first?.accept, 'application/vnd.github+json');
    assert.equal(first?.['x-github-api-version'], '2026-03-10');
    assert.equal(first?.authorization, undefined);
    assert.equal(second?.authorization, `Bearer ${TOKEN}`);
  });

  it('reads page after page, each where the last one pointed', async () => {
    await using simulator = await startGithubSimulator({ ada: many });
    await using asked = aGithub(simulator.baseUrl);
    assert.deepEqual(await asked.github.organisationsOf(named('ada')), of(...many));
    assert.deepEqual(simulator.paths, [
      'GET /users/ada/orgs?per_page=100',
      'GET /user/1000/orgs?per_page=100&page=2',
      'GET /user/1000/orgs?per_page=100&page=3',
    ]);
  });

  it('cannot tell of a list that does not end, or that goes in circles', async () => {
    await using simulator = await startGithubSimulator({ ada: many }, { pageSize: 10 });
    await using asked = aGithub(simulator.baseUrl);
    assert.equal((await asked.github.organisationsOf(named('ada'))).kind, 'inconclusive');
    assert.equal(simulator.paths.length, 10);
    const link = `<${simulator.baseUrl}/users/ada/orgs?per_page=100>; rel="next"`;
    simulator.failNext(telling({ status: 200, json: [], headers: { link } }));
    assert.equal((await asked.github.organisationsOf(named('ada'))).kind, 'inconclusive');
    assert.equal(simulator.paths.length, 11);
  });

  it('ASVS 10.1.1: takes the token to no other host', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using canary = await startGithubSimulator({ ada: ['trap'] }, { token: TOKEN });
    await using asked = aGithub(simulator.baseUrl, { token: TOKEN });
    const link = `<${canary.baseUrl}/users/ada/orgs>; rel="next"`;
    simulator.failNext(telling({ status: 200, json: [], headers: { link } }));
    simulator.failNext(telling({ status: 302, json: {}, headers: { location: `${canary.baseUrl}/users/ada/orgs` } }));
    for (let n = 0; n < 2; n += 1) {
      await assert.rejects(asked.github.organisationsOf(named('ada')), { code: 'upstream.nonsense' });
    }
    assert.deepEqual(canary.paths, []);
  });

  it('looks again for nothing with a token: what has not changed is not sent again', async () => {
    await using simulator = await startGithubSimulator({ ada: many }, { token: TOKEN });
    await using asked = aGithub(simulator.baseUrl, { token: TOKEN });
    await asked.github.organisationsOf(named('ada'));
    const left = simulator.remaining;
    assert.deepEqual(await asked.github.organisationsOf(named('ADA')), of(...many));
    assert.equal(simulator.remaining, left);
    assert.deepEqual(asked.observer.calls.slice(3), Array(3).fill('GitHub 304'));
  });

  it('sees a change at once, with or without a token', async () => {
    for (const token of [TOKEN, undefined]) {
      await using simulator = await startGithubSimulator({ ada: ['acm'] }, token === undefined ? {} : { token });
      await using asked = aGithub(simulator.baseUrl, token === undefined ? {} : { token });
      await asked.github.organisationsOf(named('ada'));
      simulator.join('ada', 'ieee');
      assert.deepEqual(await asked.github.organisationsOf(named('ada')), of('acm', 'ieee'));
      simulator.leave('ada', 'acm');
      assert.deepEqual(await asked.github.organisationsOf(named('ada')), of('ieee'));
    }
  });

  it('sends no ETag without a token: it would save nothing', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] });
    await using asked = aGithub(simulator.baseUrl);
    for (let n = 0; n < 2; n += 1) await asked.github.organisationsOf(named('ada'));
    assert.deepEqual(
      simulator.asked.map(({ headers }) => headers['if-none-match']),
      [undefined, undefined],
    );
  });

  it('ASVS 4.2.5: sends nothing of any length because it was told to', async () => {
    await using simulator = await startGithubSimulator({ ada: ['acm'] }, { token: TOKEN });
    await using asked = aGithub(simulator.baseUrl, { token: TOKEN });
    const long = 'x'.repeat(3_000);
    simulator.failNext(telling({ status: 200, json: [], headers: { etag: `"${long}"` } }));
    await asked.github.organisationsOf(named('ada'));
    await asked.github.organisationsOf(named('ada'));
    assert.equal(simulator.asked[1]?.headers['if-none-match'], undefined);
    const link = `<${simulator.baseUrl}/user/1/orgs?page=${long}>; rel="next"`;
    simulator.failNext(telling({ status: 200, json: [], headers: { link } }));
    await assert.rejects(asked.github.organisationsOf(named('ada')), { code: 'upstream.nonsense' });
    assert.equal(simulator.paths.length, 3);
  });

  it('asks no more once the quota is used up, and again after its reset', async () => {
    const clock = new FixedClock(Instant.fromEpochMs(Math.floor(Date.now() / 1000) * 1000));
    await using simulator = await startGithubSimulator({ ada: [], grace: [] }, { limit: 1 });
    await using asked = aGithub(simulator.baseUrl, { clock });
    await asked.github.organisationsOf(named('ada'));
    await assert.rejects(asked.github.organisationsOf(named('grace')), (error: PortError) => {
      assert.equal(error.code, 'upstream.exhausted');
      assert.match(error.messages.join(), /^GitHub has reached its rate limit\. Try again after \d{4}-/);
      assert.ok(Number(error.retryAfterSeconds) > 3_500 && Number(error.retryAfterSeconds) <= 3_600);
      return true;
    });
    assert.equal(simulator.paths.length, 1);
    assert.equal(asked.observer.quotas.get('core'), 0);
    clock.advance(3_601_000);
    simulator.remaining = 60;
    assert.equal((await asked.github.organisationsOf(named('grace'))).kind, 'organisations');
  });

  const quotaWords = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again';
  const refusals: [name: string, told: Parameters<typeof telling>[0], code: string, retryAfterSeconds?: number][] = [
    ['403 with nothing left', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }, 'upstream.exhausted', 60],
    ['403 with a wait', { status: 403, headers: { 'retry-after': '8' } }, 'upstream.exhausted', 8],
    ['429 with a wait', { status: 429, headers: { 'retry-after': '8' } }, 'upstream.exhausted', 8],
    ['403 that speaks of a rate limit', { status: 403, json: { message: quotaWords } }, 'upstream.exhausted', 60],
    ['a bare 429', { status: 429 }, 'upstream.exhausted', 60],
    ['any other 403', { status: 403, json: { message: 'Forbidden' } }, 'upstream.refused'],
    ['401', { status: 401, json: { message: 'Bad credentials' } }, 'upstream.refused'],
    ['400', { status: 400, json: {} }, 'upstream.nonsense'],
    ['a 304 that nobody asked for', { status: 304 }, 'upstream.nonsense'],
    ['a web page instead of a list', { status: 200, text: '<html>' }, 'upstream.nonsense'],
    ['an object instead of a list', { status: 200, json: { login: 'acm' } }, 'upstream.nonsense'],
    ['a list of something else', { status: 200, json: [{ name: 'acm' }] }, 'upstream.nonsense'],
    ['a list of nothing', { status: 200, json: [null] }, 'upstream.nonsense'],
    [
      'a Link that cannot be read',
      { status: 200, json: [], headers: { link: 'next page please' } },
      'upstream.nonsense',
    ],
  ];
  for (const [name, told, code, retryAfterSeconds] of refusals) {
    it(`takes ${name} for ${code}, never for an empty list`, async () => {
      await using simulator = await startGithubSimulator({ ada: [] });
      await using asked = aGithub(simulator.baseUrl);
      simulator.failAlways(telling(told));
      await assert.rejects(asked.github.organisationsOf(named('ada')), (error: PortError) => {
        assert.equal(error.code, code);
        assert.match(error.messages.join(), /^GitHub /);
        if (retryAfterSeconds !== undefined) assert.equal(error.retryAfterSeconds, retryAfterSeconds);
        return true;
      });
    });
  }

  it('takes a proxy that shows a web page for a service that is down', async () => {
    await using simulator = await startGithubSimulator({ ada: [] });
    await using asked = aGithub(simulator.baseUrl);
    simulator.failAlways(htmlPage(503));
    await assert.rejects(asked.github.organisationsOf(named('ada')), { code: 'upstream.unavailable' });
  });
});
