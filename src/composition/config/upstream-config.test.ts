import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { readConfig } from './config.ts';
import type { Environment } from './setting-reader.ts';

const KEYS = { TWITTER_API_KEY: 'k', TWITTER_API_SECRET_KEY: 's' };
const OWNER = { TWITTER_ACCESS_TOKEN: 't', TWITTER_ACCESS_TOKEN_SECRET: 'ts' };

const upstreams = (env: Environment) => readConfig(env).upstreams;

describe('the settings of GitHub and Twitter', () => {
  it('ask the real ones without a key, unless told otherwise', () => {
    assert.deepEqual(upstreams({}), {
      githubUrl: 'https://api.github.com',
      githubToken: undefined,
      twitterUrl: 'https://api.x.com',
      twitterApp: undefined,
      twitterOwner: undefined,
      twitterReadLimit: 5_000,
      checksPerHour: 120,
      deadlineMs: 8_000,
      connections: 16,
    });
  });

  it('take a bearer token before key and secret, and the person besides', () => {
    const { twitterApp, twitterOwner } = upstreams({ TWITTER_BEARER_TOKEN: 'b', ...KEYS, ...OWNER });
    assert.equal(twitterApp !== undefined && 'bearer' in twitterApp && twitterApp.bearer.reveal(), 'b');
    assert.deepEqual(
      Object.entries(twitterOwner ?? {}).map(([name, secret]) => [name, secret.reveal()]),
      [
        ['key', 'k'],
        ['secret', 's'],
        ['token', 't'],
        ['tokenSecret', 'ts'],
      ],
    );
    const { twitterApp: fetched } = upstreams(KEYS);
    assert.deepEqual(Object.keys(fetched ?? {}), ['key', 'secret']);
  });

  it('hide every secret', () => {
    assert.doesNotMatch(JSON.stringify(upstreams({ GITHUB_TOKEN: 'gggg', TWITTER_BEARER_TOKEN: 'bbbb' })), /gggg|bbbb/);
  });

  const faults: [what: string, env: Environment, sentence: string][] = [
    [
      'half a pair of keys',
      { TWITTER_API_KEY: 'k' },
      'TWITTER_API_KEY and TWITTER_API_SECRET_KEY belong together; one of them is missing.',
    ],
    [
      'half a person',
      { ...KEYS, TWITTER_ACCESS_TOKEN: 't' },
      'TWITTER_ACCESS_TOKEN and TWITTER_ACCESS_TOKEN_SECRET belong together; one of them is missing.',
    ],
    [
      'a person without an app',
      { TWITTER_BEARER_TOKEN: 'b', ...OWNER },
      'TWITTER_ACCESS_TOKEN needs TWITTER_API_KEY and TWITTER_API_SECRET_KEY.',
    ],
  ];
  for (const [what, env, sentence] of faults) {
    it(`refuse ${what}`, () => assert.deepEqual(faultsOf(env), [sentence]));
  }

  it('ASVS 13.2.5: send tokens over plain HTTP in production to this machine alone', () => {
    const production = { NODE_ENV: 'production', ADMIN_API_KEY: 'x'.repeat(32) };
    for (const url of [
      'http://127.0.0.1:9401',
      'http://localhost:1',
      'http://[::1]:1',
      'https://github.example/api/v3',
    ]) {
      assert.deepEqual(faultsOf({ ...production, GITHUB_API_URL: url }), []);
    }
    for (const url of ['http://api.github.com', 'http://127.example.com', 'http://10.0.0.1']) {
      assert.deepEqual(faultsOf({ ...production, GITHUB_API_URL: url }), [
        'GITHUB_API_URL must be https in production.',
      ]);
      assert.deepEqual(faultsOf({ GITHUB_API_URL: url }), []);
    }
  });
});
