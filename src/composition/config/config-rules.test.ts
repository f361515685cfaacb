import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { type Environment, readConfig } from './config.ts';
import type { ConfigError } from './setting-types.ts';

const storeAt = (DATABASE_URL: string) => readConfig({ DATABASE_URL }).store;

describe('DATABASE_URL', () => {
  it('rejects a ~, which no shell expands there and which would be the name of a folder', () => {
    for (const path of ['~/g.db', '~ada/g.db']) {
      const messages = ['DATABASE_URL: ~ is not expanded there; write the path of the folder.'];
      assert.throws(() => storeAt(`file:${path}`), { messages });
    }
  });

  it('has a scheme in any case (RFC 3986, 3.1)', () => {
    for (const scheme of ['postgres', 'Postgres', 'POSTGRESQL', 'postgresQL']) {
      const store = storeAt(`${scheme}://Ada:Pass@db/Guildhall`);
      assert.ok(store.kind === 'postgres');
      const { hosts, user, password, database } = store.address;
      assert.deepEqual([hosts[0]?.host, user, password?.reveal(), database], ['db', 'Ada', 'Pass', 'Guildhall']);
    }
    assert.deepEqual(storeAt('FILE:./Data/Guildhall.db'), { kind: 'sqlite', path: './Data/Guildhall.db' });
    assert.deepEqual(storeAt('File:///Data/Guildhall.db'), { kind: 'sqlite', path: '/Data/Guildhall.db' });
    assert.deepEqual(storeAt('Memory:'), { kind: 'memory' });
  });

  it('takes no parameters after a file, which would be a part of its name', () => {
    for (const url of [
      'file:guildhall.db?mode=memory',
      'file:///data/guildhall.db?cache=shared',
      'file:guildhall.db?',
    ]) {
      assert.deepEqual(faultsOf({ DATABASE_URL: url }), ['DATABASE_URL: a file takes no ? and no words after it.']);
    }
  });
});

describe('The settings of the process', () => {
  it('allow one worker with a store in memory, and no more', () => {
    assert.deepEqual(faultsOf({ WORKERS: '1', DATABASE_URL: 'memory:' }), []);
    assert.deepEqual(faultsOf({ WORKERS: '2' }), []);
    for (const DATABASE_URL of ['memory:', 'file::memory:']) {
      assert.deepEqual(faultsOf({ WORKERS: '2', DATABASE_URL }), [
        'WORKERS must be 1 with a store in memory, else each would have a store of its own.',
      ]);
    }
  });

  it('leave half of SHUTDOWN_GRACE for running requests', () => {
    assert.deepEqual(faultsOf({ SHUTDOWN_GRACE: '10s', SHUTDOWN_DELAY: '5s' }), []);
    assert.deepEqual(faultsOf({ SHUTDOWN_GRACE: '10s', SHUTDOWN_DELAY: '6s' }), [
      'SHUTDOWN_DELAY must be at most half of SHUTDOWN_GRACE.',
    ]);
  });
});

const DAY_MS = 86_400_000;

describe('The settings of licenses', () => {
  it('have defaults', () => {
    const { keySecret, ...rest } = readConfig({}).licenses;
    assert.equal(keySecret, undefined);
    assert.deepEqual(rest, {
      fileRules: { issuer: 'guildhall', defaultTtlMs: 7 * DAY_MS, maxTtlMs: 30 * DAY_MS },
      validationsPerMinute: 600,
    });
  });

  it('keep the default lifetime of a license file within its maximum', () => {
    assert.deepEqual(faultsOf({ LICENSE_FILE_TTL: '31d' }), [
      'LICENSE_FILE_MAX_TTL must be at least LICENSE_FILE_TTL.',
    ]);
    assert.deepEqual(faultsOf({ LICENSE_FILE_TTL: '400d', LICENSE_FILE_MAX_TTL: '400d' }), []);
  });

  it('do not repeat a secret that is too short', () => {
    assert.ok(!faultsOf({ LICENSE_KEY_SECRET: 'hush' }).join(' ').includes('hush'));
  });
});

const KEYS = { TWITTER_API_KEY: 'k', TWITTER_API_SECRET_KEY: 's' };
const OWNER = { TWITTER_ACCESS_TOKEN: 't', TWITTER_ACCESS_TOKEN_SECRET: 'ts' };

const upstreams = (env: Environment) => readConfig(env).upstreams;

describe('The settings of GitHub and Twitter', () => {
  it('have the real APIs without credentials as default', () => {
    assert.deepEqual(upstreams({}), {
      githubUrl: 'https://api.github.com',
      githubToken: undefined,
      twitterUrl: 'https://api.x.com',
      twitterApp: undefined,
      twitterOwner: undefined,
      twitterReadLimit: 5_000,
      checksPerHour: 120,
      breachedPasswords: { url: undefined, failsOpen: true },
      deadlineMs: 8_000,
      connections: 16,
    });
  });

  it('prefer a bearer token to key and secret, and take an owner besides', () => {
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
      'half of an owner',
      { ...KEYS, TWITTER_ACCESS_TOKEN: 't' },
      'TWITTER_ACCESS_TOKEN and TWITTER_ACCESS_TOKEN_SECRET belong together; one of them is missing.',
    ],
    [
      'an owner without an app',
      { TWITTER_BEARER_TOKEN: 'b', ...OWNER },
      'TWITTER_ACCESS_TOKEN needs TWITTER_API_KEY and TWITTER_API_SECRET_KEY.',
    ],
  ];
  for (const [what, env, sentence] of faults) {
    it(`refuse ${what}`, () => assert.deepEqual(faultsOf(env), [sentence]));
  }

  it('ASVS 13.2.5: allow plain HTTP in production to this machine alone', () => {
    const production = { NODE_ENV: 'production', ADMIN_API_KEY: 'x'.repeat(32) };
    for (const url of [
      'http://127.0.0.1:9401',
      'http://localhost:1',
      'http://[::1]:1',
      'http://github.localhost:1',
      'https://github.example/api/v3',
    ]) {
      assert.deepEqual(faultsOf({ ...production, GITHUB_API_URL: url }), []);
    }
    for (const url of ['http://api.github.com', 'http://127.example.com', 'http://mylocalhost', 'http://10.0.0.1']) {
      assert.deepEqual(faultsOf({ ...production, GITHUB_API_URL: url }), [
        'GITHUB_API_URL must be https in production.',
      ]);
      assert.deepEqual(faultsOf({ GITHUB_API_URL: url }), []);
    }
  });
});

const urlWith = (value: string | undefined, mode = 'development') =>
  readConfig({ RANDOM_USER_API_URL: value, NODE_ENV: mode, ADMIN_API_KEY: 'k'.repeat(32) }).randomUserUrl.href;

describe('RANDOM_USER_API_URL', () => {
  it('is randomuser.me unless set', () => assert.equal(urlWith(undefined), 'https://randomuser.me/'));

  it('may be another server, and in development one without TLS', () => {
    assert.equal(urlWith('https://people.example.com/mirror', 'production'), 'https://people.example.com/mirror');
    assert.equal(urlWith('http://people.example.com'), 'http://people.example.com/');
    assert.equal(urlWith('http://127.0.0.1:8091', 'production'), 'http://127.0.0.1:8091/');
  });

  it('ASVS 13.2.5: is rejected where it is no base URL', () => {
    const refused = ['people.example.com', 'file:///etc/passwd', 'ftp://example.com', 'https://a:b@example.com'];
    for (const value of [...refused, 'https://example.com?x=1', 'https://example.com#x']) {
      assert.throws(
        () => urlWith(value),
        (error: ConfigError) => /RANDOM_USER_API_URL must be/.test(error.message),
        value,
      );
    }
    assert.throws(() => urlWith('http://people.example.com', 'production'), { name: 'ConfigError' });
  });
});

describe('BREACHED_PASSWORDS', () => {
  it('is https in production, or an address of this machine', () => {
    const faults = (BREACHED_PASSWORDS: string) =>
      faultsOf({ NODE_ENV: 'production', ADMIN_API_KEY: 'a'.repeat(32), BREACHED_PASSWORDS });
    assert.deepEqual(['off', 'https://api.pwnedpasswords.com', 'http://127.0.0.1:8094'].flatMap(faults), []);
    assert.deepEqual(faults('http://api.pwnedpasswords.com'), ['BREACHED_PASSWORDS must be https in production.']);
  });
});

describe('PUBLIC_URL', () => {
  const faults = (PUBLIC_URL: string) =>
    faultsOf({ NODE_ENV: 'production', ADMIN_API_KEY: 'a'.repeat(32), PUBLIC_URL });

  it('is https in production, or an address of this machine', () => {
    for (const url of ['https://guild.example', 'http://localhost:8000', 'http://127.0.0.1/guild', 'http://[::1]:80']) {
      assert.deepEqual(faults(url), []);
    }
    for (const url of ['http://guild.example', 'http://localhost.example', 'http://10.0.0.1']) {
      assert.deepEqual(faults(url), ['PUBLIC_URL must be https in production.']);
    }
    assert.deepEqual(faultsOf({ PUBLIC_URL: 'http://guild.example' }), []);
  });
});
