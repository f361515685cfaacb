import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { type Config, readConfig } from './config.ts';
import type { SettingName } from './settings.ts';

const KEY = 'a-key-of-the-administrator-01234';

const folder = mkdtempSync(join(tmpdir(), 'guildhall-logo-'));
const LOGO = join(folder, 'logo.png');
writeFileSync(LOGO, Buffer.from('89504e470d0a1a0a', 'hex'));
const TOO_LARGE = join(folder, 'large.png');
writeFileSync(TOO_LARGE, Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(262_144)]));
const NO_PNG = join(folder, 'logo.svg');
writeFileSync(NO_PNG, '<svg/>');
after(() => rmSync(folder, { recursive: true }));

/** What each setting may be, and what the configuration then is. */
const GOOD: Record<SettingName, [value: string, read: (config: Config) => unknown, expected: unknown][]> = {
  NODE_ENV: [['development', ({ mode }) => mode, 'development']],
  HOST: [
    ['0.0.0.0', ({ host }) => host, '0.0.0.0'],
    ['::1', ({ host }) => host, '::1'],
    ['app-1.internal', ({ host }) => host, 'app-1.internal'],
  ],
  PORT: [
    ['0', ({ port }) => port, 0],
    ['65535', ({ port }) => port, 65_535],
  ],
  PUBLIC_URL: [
    ['https://Guild.example', ({ publicUrl, basePath }) => [publicUrl, basePath], ['https://guild.example', '']],
    ['https://guild.example:443/', ({ publicUrl, basePath }) => [publicUrl, basePath], ['https://guild.example', '']],
    [
      'http://localhost:8080/a/guild/',
      ({ publicUrl, basePath }) => [publicUrl, basePath],
      ['http://localhost:8080/a/guild', '/a/guild'],
    ],
  ],
  TRUSTED_PROXIES: [
    ['10.0.0.0/8, fd00::/8,', ({ trustedProxies }) => trustedProxies, ['10.0.0.0/8', 'fd00::/8']],
    ['192.0.2.1/32', ({ trustedProxies }) => trustedProxies, ['192.0.2.1/32']],
  ],
  CORS_ORIGINS: [
    ['*', ({ corsOrigins }) => corsOrigins, ['*']],
    [
      'https://App.example:443/, http://localhost:3000,app://desktop',
      ({ corsOrigins }) => corsOrigins,
      ['https://app.example', 'http://localhost:3000', 'app://desktop'],
    ],
  ],
  KEEP_ALIVE_TIMEOUT: [['620s', ({ keepAliveTimeoutMs }) => keepAliveTimeoutMs, 620_000]],
  ADMIN_API_KEY: [
    [KEY, ({ adminKey }) => adminKey?.reveal(), KEY],
    ['~'.repeat(512), ({ adminKey }) => adminKey?.reveal().length, 512],
  ],
  DATABASE_URL: [
    ['memory:', ({ store }) => store, { kind: 'memory' }],
    ['file:some where.db', ({ store }) => store, { kind: 'sqlite', path: 'some where.db' }],
    ['file:///data/guildhall.db', ({ store }) => store, { kind: 'sqlite', path: '/data/guildhall.db' }],
    ['file:/data/guildhall.db', ({ store }) => store, { kind: 'sqlite', path: '/data/guildhall.db' }],
  ],
  DATABASE_POOL_SIZE: [['1000', ({ store }) => store.kind === 'sqlite', true]],
  SEALING_KEY: [['s'.repeat(32), ({ sealing }) => sealing.key?.reveal(), 's'.repeat(32)]],
  SEALING_KEY_OLD: [['~'.repeat(512), ({ sealing }) => sealing.oldKey?.reveal().length, 512]],
  SAMPLE_USERS: [['off', ({ hasSampleUsers }) => hasSampleUsers, false]],
  MAIL_URL: [['console:', ({ smtp }) => smtp, undefined]],
  MAIL_FROM: [['no-reply@example.com', ({ smtp }) => smtp, undefined]],
  RESET_URL: [
    ['https://example.com/reset?a=1', ({ resetPage }) => resetPage, 'https://example.com/reset?a=1'],
    ['http://localhost:3000', ({ resetPage }) => resetPage, 'http://localhost:3000/'],
    ['https://example.com/\tre set', ({ resetPage }) => resetPage, 'https://example.com/re%20set'],
  ],
  REGISTRATION: [
    ['confirmed', ({ registration }) => registration, 'confirmed'],
    ['closed', ({ registration }) => registration, 'closed'],
  ],
  REQUIRE_MFA: [['all', ({ requiredFactors }) => requiredFactors, 'all']],
  CONFIRMED_ONLY: [['on', ({ confirmedOnly }) => confirmedOnly, true]],
  EXPIRY_NOTICES: [['on', ({ sendsExpiryNotices }) => sendsExpiryNotices, true]],
  PAGES: [['off', ({ hasPages }) => hasPages, false]],
  BRAND_NAME: [
    ['Brightmoor Labs', ({ brand }) => brand.name, 'Brightmoor Labs'],
    ['ü'.repeat(60), ({ brand }) => brand.name.length, 60],
  ],
  BRAND_LOGO: [[LOGO, ({ brand }) => brand.logo?.length, 8]],
  SUPPORT_EMAIL: [['help@example.com', ({ brand }) => brand.supportEmail, 'help@example.com']],
  MINIMUM_AGE: [['0', ({ minimumAge }) => minimumAge, 0]],
  PASSWORD_MIN_LENGTH: [['128', ({ passwordMinLength }) => passwordMinLength, 128]],
  PASSWORD_BLOCKLIST: [['off', ({ hasPasswordBlocklist }) => hasPasswordBlocklist, false]],
  BREACHED_PASSWORDS: [
    ['off', ({ upstreams }) => upstreams.breachedPasswords.url, undefined],
    ['http://localhost:1', ({ upstreams }) => upstreams.breachedPasswords.url, 'http://localhost:1'],
  ],
  BREACHED_PASSWORDS_FAIL: [['closed', ({ upstreams }) => upstreams.breachedPasswords.failsOpen, false]],
  ARGON2_ENGINE: [['argon2', ({ hashing }) => hashing.engine, 'argon2']],
  ARGON2_MEMORY_KIB: [['1048576', ({ hashing }) => hashing.params.memoryKib, 1_048_576]],
  ARGON2_TIME_COST: [['20', ({ hashing }) => hashing.params.timeCost, 20]],
  ARGON2_PARALLELISM: [['16', ({ hashing }) => hashing.params.parallelism, 16]],
  HASHING_CONCURRENCY: [['3', ({ hashing }) => hashing.concurrency, 3]],
  HASHING_QUEUE: [['0', ({ hashing }) => hashing.queue, 0]],
  SESSION_IDLE: [['90s', ({ sessionLimits }) => sessionLimits.idleMs, 90_000]],
  SESSION_TTL: [['400d', ({ sessionLimits }) => sessionLimits.ttlMs, 400 * 86_400_000]],
  SESSIONS_PER_USER: [['1', ({ sessionsPerUser }) => sessionsPerUser, 1]],
  STEP_UP_TTL: [['1d', ({ stepUpTtlMs }) => stepUpTtlMs, 86_400_000]],
  STAFF_SESSION_IDLE: [['1s', ({ staffIdleMs }) => staffIdleMs, 1_000]],
  IDEMPOTENCY_RETENTION: [['30d', ({ idempotencyRetentionMs }) => idempotencyRetentionMs, 30 * 86_400_000]],
  AUDIT_RETENTION: [
    ['0s', ({ auditRetentionMs }) => auditRetentionMs, 0],
    ['3650d', ({ auditRetentionMs }) => auditRetentionMs, 3_650 * 86_400_000],
  ],
  AUDIT_IP_RETENTION: [['0s', ({ auditIpRetentionMs }) => auditIpRetentionMs, 0]],
  RESET_TTL: [['15m', ({ resetTtlMs }) => resetTtlMs, 900_000]],
  LICENSE_KEY_SECRET: [['s'.repeat(32), ({ licenses }) => licenses.keySecret?.reveal(), 's'.repeat(32)]],
  LICENSE_ISSUER: [['https://acme.example', ({ licenses }) => licenses.fileRules.issuer, 'https://acme.example']],
  LICENSE_FILE_TTL: [['30d', ({ licenses }) => licenses.fileRules.defaultTtlMs, 30 * 86_400_000]],
  LICENSE_FILE_MAX_TTL: [['400d', ({ licenses }) => licenses.fileRules.maxTtlMs, 400 * 86_400_000]],
  VALIDATE_LIMIT: [['1000000', ({ licenses }) => licenses.validationsPerMinute, 1_000_000]],
  THROTTLE: [['off', ({ isThrottled }) => isThrottled, false]],
  RANDOM_USER_API_URL: [['http://127.0.0.1:8091', ({ randomUserUrl }) => randomUserUrl.href, 'http://127.0.0.1:8091/']],
  GITHUB_TOKEN: [['ghp_x', ({ upstreams }) => upstreams.githubToken?.reveal(), 'ghp_x']],
  TWITTER_BEARER_TOKEN: [['AAAA%2Fx%3D', ({ upstreams }) => upstreams.twitterApp !== undefined, true]],
  // These come in pairs: config-rules.test.ts has them.
  TWITTER_API_KEY: [],
  TWITTER_API_SECRET_KEY: [],
  TWITTER_ACCESS_TOKEN: [],
  TWITTER_ACCESS_TOKEN_SECRET: [],
  PAIR_CHECK_LIMIT: [
    ['1', ({ upstreams }) => upstreams.checksPerHour, 1],
    ['1000000', ({ upstreams }) => upstreams.checksPerHour, 1_000_000],
  ],
  TWITTER_READ_LIMIT: [
    ['0', ({ upstreams }) => upstreams.twitterReadLimit, 0],
    ['100000', ({ upstreams }) => upstreams.twitterReadLimit, 100_000],
  ],
  GITHUB_API_URL: [['http://ghe/api/v3', ({ upstreams }) => upstreams.githubUrl, 'http://ghe/api/v3']],
  TWITTER_API_URL: [['http://[::1]:9402', ({ upstreams }) => upstreams.twitterUrl, 'http://[::1]:9402']],
  UPSTREAM_TIMEOUT: [['15s', ({ upstreams }) => upstreams.deadlineMs, 15_000]],
  UPSTREAM_CONNECTIONS: [['256', ({ upstreams }) => upstreams.connections, 256]],
  DOCS: [['off', ({ servesDocs }) => servesDocs, false]],
  LOG_LEVEL: [['silent', ({ log }) => log.level, 'silent']],
  LOG_FORMAT: [['json', ({ log }) => log.format, 'json']],
  MAX_IN_FLIGHT: [['100000', ({ maxInFlight }) => maxInFlight, 100_000]],
  WORKERS: [['64', ({ workers }) => workers, 64]],
  SHUTDOWN_DELAY: [['5s', ({ shutdownDelayMs }) => shutdownDelayMs, 5_000]],
  SHUTDOWN_GRACE: [['10m', ({ shutdownGraceMs }) => shutdownGraceMs, 600_000]],
};

const SWITCH = ['ON', 'true', '1', ' on'];
const NUMBER = ['one', '-1', '1.5', '1e2', '0x10', ' 8', '9999999999'];
const TIME = ['0s', '10', '1w', '1.5h', '-1s', '5M', 'h', '9999999d'];

/** Invalid values of each setting; one message reports them. Settings of free text are not listed. */
const BAD: Partial<Record<SettingName, [values: string[], sentence: string]>> = {
  NODE_ENV: [['test', 'Production'], 'NODE_ENV must be one of development, production.'],
  HOST: [
    ['http://127.0.0.1', '127.0.0.1:8000', '[::1]', 'a b', '.'],
    'HOST must be an address such as 127.0.0.1, 0.0.0.0 or ::1.',
  ],
  PORT: [[...NUMBER, '65536'], 'PORT must be a whole number from 0 to 65535.'],
  PUBLIC_URL: [
    [
      'guild.example',
      'ftp://guild.example',
      'https://me:geheim@guild.example',
      'https://guild.example/?x=1',
      'https://guild.example/#a',
      'https://guild.example//evil.example',
      'https:/guild',
    ],
    'PUBLIC_URL must be an address such as https://guild.example or https://example.com/guild, without a user, a ? or a #.',
  ],
  TRUSTED_PROXIES: [
    [
      '10.0.0.1',
      '10.0.0.0/8/8',
      '10.0.0.0/0',
      '10.0.0.0/33',
      'fd00::/129',
      '*',
      'loopback',
      '10.0.0.0/8 10.1.0.0/16',
      '10.8/16',
      '012.0.0.0/8',
    ],
    'TRUSTED_PROXIES must be networks such as 10.0.0.0/8, separated by commas.',
  ],
  CORS_ORIGINS: [
    [
      'app.example',
      'https://app.example/path',
      'https://app.example?a=1',
      'https://me@app.example',
      'https://',
      'null',
      '*.example',
      'https://*.example',
      '*, https://app.example',
    ],
    'CORS_ORIGINS must be *, or origins such as https://app.example, separated by commas.',
  ],
  KEEP_ALIVE_TIMEOUT: [
    [...TIME, '61m'],
    'KEEP_ALIVE_TIMEOUT must be a time from 1s to 1h, such as 30s, 15m, 12h or 7d.',
  ],
  ADMIN_API_KEY: [
    ['x'.repeat(31), 'x'.repeat(513), 'a key with some spaces in its middle', 'é'.repeat(40), `${KEY}\n${KEY}`],
    'ADMIN_API_KEY must be 32 to 512 ASCII letters, digits and marks, without spaces.',
  ],
  DATABASE_URL: [
    ['file:', 'data/guildhall.db', 'memory', 'mysql://me:geheim@db/guildhall'],
    'DATABASE_URL must be file:PATH, memory: or postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
  ],
  DATABASE_POOL_SIZE: [[...NUMBER, '0', '1001'], 'DATABASE_POOL_SIZE must be a whole number from 1 to 1000.'],
  SEALING_KEY: [
    ['s'.repeat(31), 's'.repeat(513), `${'s'.repeat(32)} ${'s'.repeat(32)}`],
    'SEALING_KEY must be 32 to 512 ASCII letters, digits and marks, without spaces.',
  ],
  SEALING_KEY_OLD: [
    ['s'.repeat(31), 's'.repeat(513), `${'s'.repeat(32)} ${'s'.repeat(32)}`],
    'SEALING_KEY_OLD must be 32 to 512 ASCII letters, digits and marks, without spaces.',
  ],
  SAMPLE_USERS: [SWITCH, 'SAMPLE_USERS must be one of on, off.'],
  RESET_URL: [
    ['example.com/reset', 'ftp://example.com', 'javascript:alert(1)', 'https://example.com/#', 'https://', 'http:a'],
    'RESET_URL must be a page such as https://example.com/reset, without a #.',
  ],
  REGISTRATION: [['shut', 'OPEN'], 'REGISTRATION must be one of open, confirmed, closed.'],
  REQUIRE_MFA: [['on', 'STAFF'], 'REQUIRE_MFA must be one of off, staff, all.'],
  CONFIRMED_ONLY: [SWITCH, 'CONFIRMED_ONLY must be one of on, off.'],
  EXPIRY_NOTICES: [SWITCH, 'EXPIRY_NOTICES must be one of on, off.'],
  PAGES: [SWITCH, 'PAGES must be one of on, off.'],
  BRAND_NAME: [[' Acme', 'Acme\nInc', 'x'.repeat(61)], 'BRAND_NAME must be 1 to 60 characters without line breaks.'],
  BRAND_LOGO: [
    [NO_PNG, TOO_LARGE, folder, join(folder, 'none.png')],
    'BRAND_LOGO must name a PNG file of at most 256 KiB.',
  ],
  SUPPORT_EMAIL: [
    ['help', 'Help <help@example.com>'],
    'SUPPORT_EMAIL must be an email address such as help@example.com.',
  ],
  MINIMUM_AGE: [[...NUMBER, '131'], 'MINIMUM_AGE must be a whole number from 0 to 130.'],
  PASSWORD_MIN_LENGTH: [[...NUMBER, '0', '129'], 'PASSWORD_MIN_LENGTH must be a whole number from 1 to 128.'],
  PASSWORD_BLOCKLIST: [SWITCH, 'PASSWORD_BLOCKLIST must be one of on, off.'],
  BREACHED_PASSWORDS: [
    ['on', 'api.pwnedpasswords.com', 'ftp://x', 'https://u:p@x', 'https://x?y', 'https://x#y'],
    'BREACHED_PASSWORDS must be off, or a base such as https://api.pwnedpasswords.com, without a user, a ? or a #.',
  ],
  BREACHED_PASSWORDS_FAIL: [['on', 'OPEN'], 'BREACHED_PASSWORDS_FAIL must be one of open, closed.'],
  ARGON2_ENGINE: [['rust', 'AUTO'], 'ARGON2_ENGINE must be one of auto, node-rs, argon2.'],
  ARGON2_MEMORY_KIB: [[...NUMBER, '7', '1048577'], 'ARGON2_MEMORY_KIB must be a whole number from 8 to 1048576.'],
  ARGON2_TIME_COST: [[...NUMBER, '0', '21'], 'ARGON2_TIME_COST must be a whole number from 1 to 20.'],
  ARGON2_PARALLELISM: [[...NUMBER, '0', '17'], 'ARGON2_PARALLELISM must be a whole number from 1 to 16.'],
  HASHING_CONCURRENCY: [[...NUMBER, '0', '65'], 'HASHING_CONCURRENCY must be a whole number from 1 to 64.'],
  HASHING_QUEUE: [[...NUMBER, '10001'], 'HASHING_QUEUE must be a whole number from 0 to 10000.'],
  SESSION_IDLE: [[...TIME, '401d'], 'SESSION_IDLE must be a time from 1s to 400d, such as 30s, 15m, 12h or 7d.'],
  SESSION_TTL: [[...TIME, '9601h'], 'SESSION_TTL must be a time from 1s to 400d, such as 30s, 15m, 12h or 7d.'],
  SESSIONS_PER_USER: [[...NUMBER, '0', '10001'], 'SESSIONS_PER_USER must be a whole number from 1 to 10000.'],
  STEP_UP_TTL: [['0s', '25h', '10'], 'STEP_UP_TTL must be a time from 1s to 1d, such as 30s, 15m, 12h or 7d.'],
  STAFF_SESSION_IDLE: [
    [...TIME, '401d'],
    'STAFF_SESSION_IDLE must be a time from 1s to 400d, such as 30s, 15m, 12h or 7d.',
  ],
  IDEMPOTENCY_RETENTION: [
    [...TIME, '31d'],
    'IDEMPOTENCY_RETENTION must be a time from 1s to 30d, such as 30s, 15m, 12h or 7d.',
  ],
  AUDIT_RETENTION: [
    ['1s', '23h', '3651d', '400', 'never'],
    'AUDIT_RETENTION must be 0s, or a time from 1d to 3650d, such as 400d.',
  ],
  AUDIT_IP_RETENTION: [
    ['3651d', '90', 'never'],
    'AUDIT_IP_RETENTION must be a time from 0s to 3650d, such as 30s, 15m, 12h or 7d.',
  ],
  RESET_TTL: [[...TIME, '8d'], 'RESET_TTL must be a time from 1s to 7d, such as 30s, 15m, 12h or 7d.'],
  LICENSE_KEY_SECRET: [
    ['s'.repeat(31), 's'.repeat(513), `${'s'.repeat(32)} ${'s'.repeat(32)}`],
    'LICENSE_KEY_SECRET must be 32 to 512 ASCII letters, digits and marks, without spaces.',
  ],
  LICENSE_ISSUER: [
    ['two words', 'x'.repeat(201), 'line\nline'],
    'LICENSE_ISSUER must be a name or a URL of at most 200 characters without spaces.',
  ],
  LICENSE_FILE_TTL: [
    [...TIME, '401d'],
    'LICENSE_FILE_TTL must be a time from 1s to 400d, such as 30s, 15m, 12h or 7d.',
  ],
  LICENSE_FILE_MAX_TTL: [
    [...TIME, '401d'],
    'LICENSE_FILE_MAX_TTL must be a time from 1s to 400d, such as 30s, 15m, 12h or 7d.',
  ],
  VALIDATE_LIMIT: [[...NUMBER, '0', '1000001'], 'VALIDATE_LIMIT must be a whole number from 1 to 1000000.'],
  THROTTLE: [SWITCH, 'THROTTLE must be one of on, off.'],
  RANDOM_USER_API_URL: [
    ['randomuser.me', 'ftp://randomuser.me', 'https://me:geheim@randomuser.me', 'https://randomuser.me/?x=1'],
    'RANDOM_USER_API_URL must be a base such as https://api.example.com, without a user, a ? or a #.',
  ],
  GITHUB_TOKEN: [
    ['two words', 'x\ny', 'é', 'x'.repeat(1_001)],
    'GITHUB_TOKEN must be at most 1000 ASCII letters, digits and marks, without spaces.',
  ],
  TWITTER_BEARER_TOKEN: [
    ['two words', 'x\ny', 'é', 'x'.repeat(1_001)],
    'TWITTER_BEARER_TOKEN must be at most 1000 ASCII letters, digits and marks, without spaces.',
  ],
  PAIR_CHECK_LIMIT: [[...NUMBER, '0', '1000001'], 'PAIR_CHECK_LIMIT must be a whole number from 1 to 1000000.'],
  TWITTER_READ_LIMIT: [[...NUMBER, '100001'], 'TWITTER_READ_LIMIT must be a whole number from 0 to 100000.'],
  GITHUB_API_URL: [
    ['api.github.com', 'ftp://x', 'https://u:p@x', 'https://x?y', 'https://x#y', '//x', 'file:///x'],
    'GITHUB_API_URL must be a base such as https://api.example.com, without a user, a ? or a #.',
  ],
  TWITTER_API_URL: [
    ['api.x.com', 'ftp://x', 'https://u:p@x', 'https://x?y', 'https://x#y', '//x', 'file:///x'],
    'TWITTER_API_URL must be a base such as https://api.example.com, without a user, a ? or a #.',
  ],
  UPSTREAM_TIMEOUT: [[...TIME, '16s'], 'UPSTREAM_TIMEOUT must be a time from 1s to 15s, such as 30s, 15m, 12h or 7d.'],
  UPSTREAM_CONNECTIONS: [[...NUMBER, '0', '257'], 'UPSTREAM_CONNECTIONS must be a whole number from 1 to 256.'],
  DOCS: [SWITCH, 'DOCS must be one of on, off.'],
  LOG_LEVEL: [['INFO', 'verbose'], 'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent.'],
  LOG_FORMAT: [['text'], 'LOG_FORMAT must be one of auto, json, pretty.'],
  MAX_IN_FLIGHT: [[...NUMBER, '0', '100001'], 'MAX_IN_FLIGHT must be a whole number from 1 to 100000.'],
  WORKERS: [[...NUMBER, '0', '65'], 'WORKERS must be a whole number from 1 to 64.'],
  SHUTDOWN_DELAY: [
    [...TIME.slice(1), '6m'],
    'SHUTDOWN_DELAY must be a time from 0s to 5m, such as 30s, 15m, 12h or 7d.',
  ],
  SHUTDOWN_GRACE: [[...TIME, '601s'], 'SHUTDOWN_GRACE must be a time from 1s to 10m, such as 30s, 15m, 12h or 7d.'],
};

describe('a setting', () => {
  for (const [name, examples] of Object.entries(GOOD)) {
    for (const [value, read, expected] of examples) {
      it(`takes ${name}=${value.slice(0, 40)}`, () => assert.deepEqual(read(readConfig({ [name]: value })), expected));
    }
  }

  for (const [name, [values, sentence]] of Object.entries(BAD)) {
    for (const value of values) {
      it(`refuses ${name}=${JSON.stringify(value.slice(0, 40))}`, () =>
        assert.deepEqual(faultsOf({ [name]: value }), [sentence]));
    }
  }

  it('is reported where it is in quotes, which docker --env-file keeps as a part of the value', () => {
    for (const [name, value] of [
      ['ADMIN_API_KEY', `"${KEY}"`],
      ['LICENSE_KEY_SECRET', `'${KEY}'`],
      ['LICENSE_ISSUER', '"acme"'],
    ] as const) {
      const message = `${name} is in quotes, which docker --env-file passes on as a part of it; remove them.`;
      assert.deepEqual(faultsOf({ [name]: value }), [message]);
    }
  });

  it('reports every fault at once, one message each, and no consequence of a fault', () => {
    const every = Object.entries(BAD).map(([name, [values, sentence]]) => ({ name, value: values[0], sentence }));
    const faults = faultsOf(Object.fromEntries(every.map(({ name, value }) => [name, value])));
    assert.deepEqual(faults.toSorted(), every.map(({ sentence }) => sentence).toSorted());
    const memory = 'ARGON2_MEMORY_KIB must be a whole number from 8 to 1048576.';
    assert.deepEqual(faultsOf({ ARGON2_MEMORY_KIB: 'much', ARGON2_PARALLELISM: '4' }), [memory]);
  });
});
