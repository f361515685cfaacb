import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Octokit } from '@octokit/core';
import { startGithubSimulator } from './github-simulator.ts';

const TOKEN = 'simulated-github-token';
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Checked with the vendor's own client. */
describe('the GitHub simulator, asked by @octokit/core', () => {
  const ask = (octokit: Octokit, username: string, rest: { per_page?: number; page?: number } = {}) =>
    octokit.request('GET /users/{username}/orgs', { username, ...rest });

  it('lists public organisations', async () => {
    await using simulator = await startGithubSimulator({ dev1: ['org1', 'org2'], dev2: [] }, { token: TOKEN });
    const octokit = new Octokit({ baseUrl: simulator.baseUrl, auth: TOKEN, log: quiet });
    const { status, data, headers } = await ask(octokit, 'dev1');
    assert.deepEqual([status, data.map(({ login }) => login)], [200, ['org1', 'org2']]);
    assert.equal(headers['x-ratelimit-remaining'], '4999');
    assert.deepEqual((await ask(octokit, 'dev2')).data, []);
  });

  it('pages by links that may be followed as they are', async () => {
    await using simulator = await startGithubSimulator({ dev1: ['a', 'b', 'c'] });
    const octokit = new Octokit({ baseUrl: simulator.baseUrl, log: quiet });
    const first = await ask(octokit, 'dev1', { per_page: 2 });
    const [, next = ''] = /<([^>]+)>; rel="next"/.exec(first.headers.link ?? '') ?? [];
    const second = await octokit.request(`GET ${next}`);
    assert.deepEqual(
      [...first.data, ...second.data].map(({ login }: { login: string }) => login),
      ['a', 'b', 'c'],
    );
    assert.equal(second.headers.link, undefined);
  });

  const errors: [name: string, status: number, auth: string | undefined, limit: number][] = [
    ['missing', 404, undefined, 60],
    ['a bad token', 401, 'bad', 60],
    ['an exceeded rate limit', 403, undefined, 0],
  ];
  for (const [name, status, auth, limit] of errors) {
    it(`refuses ${name} with ${status}`, async () => {
      await using simulator = await startGithubSimulator({}, { limit, token: TOKEN });
      const octokit = new Octokit({ baseUrl: simulator.baseUrl, log: quiet, ...(auth === undefined ? {} : { auth }) });
      await assert.rejects(ask(octokit, 'dev1'), { name: 'HttpError', status });
    });
  }

  it('answers 304 to a current If-None-Match', async () => {
    await using simulator = await startGithubSimulator({ dev1: ['org1'] }, { token: TOKEN });
    const octokit = new Octokit({ baseUrl: simulator.baseUrl, auth: TOKEN, log: quiet });
    const { headers } = await ask(octokit, 'dev1');
    const again = octokit.request('GET /users/{username}/orgs', {
      username: 'dev1',
      headers: { 'if-none-match': headers.etag ?? '' },
    });
    await assert.rejects(again, { status: 304 });
  });
});
