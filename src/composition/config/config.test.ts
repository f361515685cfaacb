import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { faultsOf } from '../../../test/settings/faults-of.ts';
import { defaultHashingConcurrency, type Environment, readConfig } from './config.ts';
import { SETTINGS } from './settings.ts';

const KEY = 'a-key-of-the-administrator-01234';
const FOLDER = mkdtempSync(join(tmpdir(), 'guildhall-config-'));
after(() => rmSync(FOLDER, { recursive: true }));

const fileOf = (name: string, content: string): string => {
  const path = join(FOLDER, name);
  writeFileSync(path, content);
  return path;
};

describe('HASHING_CONCURRENCY', () => {
  it('is by default the number of cores, at most 3, shared among the workers', () => {
    const cores = [1, 2, 4, 64];
    assert.deepEqual(
      cores.map((each) => defaultHashingConcurrency(1, each, 4)),
      [1, 2, 3, 3],
    );
    assert.deepEqual(
      cores.map((each) => defaultHashingConcurrency(4, each, 4)),
      [1, 1, 1, 3],
    );
  });

  it('leaves a thread of the pool for files, name look-ups and the syncs of commits', () => {
    const faults = (HASHING_CONCURRENCY: string, UV_THREADPOOL_SIZE?: string) =>
      faultsOf({ HASHING_CONCURRENCY, UV_THREADPOOL_SIZE });
    const message =
      'HASHING_CONCURRENCY must be 1, or less than UV_THREADPOOL_SIZE, which is 4 where it is not set, because files, name look-ups and SQLite need a thread of the pool.';
    assert.deepEqual(faults('3'), []);
    assert.deepEqual(faults('4'), [message]);
    assert.deepEqual(faults('64', '65'), []);
    assert.deepEqual(faults('64', '64'), [message]);
    // As libuv reads it.
    assert.deepEqual(faults('2', 'none'), [message]);
    const concurrency = (UV_THREADPOOL_SIZE: string) => readConfig({ UV_THREADPOOL_SIZE }).hashing.concurrency;
    assert.deepEqual([concurrency('1'), concurrency('2')], [1, 1]);
  });

  it('may be 1 also where the pool has one thread, as the default is there', () => {
    const settings = { UV_THREADPOOL_SIZE: '1', HASHING_CONCURRENCY: '1' };
    assert.equal(readConfig(settings).hashing.concurrency, 1);
  });
});

describe('readConfig', () => {
  it('needs no setting in development', () => {
    // Licenses and upstreams have tests of their own.
    const { adminKey, smtp, resetPage, licenses: _, upstreams: __, settings: ___, ...config } = readConfig({});
    assert.deepEqual([adminKey, smtp], [undefined, undefined]);
    assert.equal(resetPage, 'http://127.0.0.1:8000/account/reset');
    assert.deepEqual(config, {
      mode: 'development',
      administrationIsOpen: true,
      host: '127.0.0.1',
      port: 8000,
      publicUrl: undefined,
      accountPages: 'http://127.0.0.1:8000/account',
      basePath: '',
      trustedProxies: [],
      corsOrigins: [],
      keepAliveTimeoutMs: 5_000,
      store: { kind: 'sqlite', path: './data/guildhall.db' },
      sealing: { key: undefined, oldKey: undefined },
      hasSampleUsers: true,
      registration: 'open',
      confirmedOnly: false,
      sendsExpiryNotices: false,
      requiredFactors: 'off',
      hasPages: true,
      brand: { name: 'Guildhall', logo: undefined, supportEmail: undefined },
      minimumAge: 18,
      passwordMinLength: 8,
      hasPasswordBlocklist: true,
      hashing: {
        engine: 'auto',
        params: { memoryKib: 19_456, timeCost: 2, parallelism: 1 },
        concurrency: defaultHashingConcurrency(1, availableParallelism(), 4),
        queue: 256,
      },
      sessionLimits: { idleMs: 7 * 86_400_000, ttlMs: 30 * 86_400_000 },
      sessionsPerUser: 100,
      staffIdleMs: 12 * 3_600_000,
      stepUpTtlMs: 600_000,
      auditRetentionMs: 400 * 86_400_000,
      auditIpRetentionMs: 90 * 86_400_000,
      idempotencyRetentionMs: 86_400_000,
      resetTtlMs: 3_600_000,
      isThrottled: true,
      randomUserUrl: new URL('https://randomuser.me'),
      servesDocs: true,
      log: { level: 'info', format: 'pretty' },
      workers: 1,
      maxInFlight: 1_000,
      shutdownGraceMs: 10_000,
      shutdownDelayMs: 0,
    });
  });

  it('opens administration in development without a key, and only there', () => {
    const isOpen = (env: Environment) => readConfig(env).administrationIsOpen;
    const NODE_ENV = 'production';
    const open = [{}, { ADMIN_API_KEY: KEY }, { NODE_ENV }, { NODE_ENV, ADMIN_API_KEY: KEY }].map(isOpen);
    assert.deepEqual(open, [true, false, false, false]);
  });

  it('treats an empty value as not set, as compose files write it', () => {
    const empty = Object.fromEntries(
      Object.keys(SETTINGS).flatMap((name) => [
        [name, ''],
        [`${name}_FILE`, ''],
      ]),
    );
    assert.deepEqual(readConfig(empty), readConfig({}));
  });

  it('reads the SMTP server from MAIL_URL and the sender from MAIL_FROM and BRAND_NAME', () => {
    const sender = { MAIL_FROM: 'hall@example.com', BRAND_NAME: 'Ateliers Ada' };
    const { smtp } = readConfig({ MAIL_URL: 'smtps://me:p%40ss@mail.example.com', ...sender });
    const { password, ...rest } = smtp ?? assert.fail('no SMTP server');
    assert.equal(password?.reveal(), 'p@ss');
    const expected = { host: 'mail.example.com', port: 465, secure: true, user: 'me', requireTls: false };
    assert.deepEqual(rest, { ...expected, from: 'hall@example.com', senderName: 'Ateliers Ada' });
  });

  it('rejects an unusable mail transport, and one without a sender', () => {
    assert.deepEqual(faultsOf({ MAIL_URL: 'sendmail:' }).toSorted(), [
      'MAIL_FROM must be an email address such as no-reply@example.com.',
      'MAIL_URL must be console:, or begin with smtp:// or smtps://.',
      'MAIL_URL must name a host, as in smtp://host:587.',
    ]);
    const sender = 'MAIL_FROM must be an email address such as no-reply@example.com.';
    assert.deepEqual(faultsOf({ MAIL_URL: 'smtp://localhost' }), [sender]);
    assert.deepEqual(faultsOf({ MAIL_URL: 'smtp://localhost', MAIL_FROM: 'Guildhall' }), [sender]);
  });

  it('rejects less memory for argon2 than its lanes need', () => {
    const sentence = 'ARGON2_MEMORY_KIB must be at least 8 times ARGON2_PARALLELISM.';
    assert.deepEqual(faultsOf({ ARGON2_MEMORY_KIB: '31', ARGON2_PARALLELISM: '4' }), [sentence]);
    assert.deepEqual(faultsOf({ ARGON2_MEMORY_KIB: '32', ARGON2_PARALLELISM: '4' }), []);
  });

  it('quotes no value: it may be a secret that slipped into the wrong place', () => {
    const secret = 'geheim-4711';
    for (const name of Object.keys(SETTINGS)) {
      for (const env of [
        { [name]: secret },
        { [`${name}_FILE`]: secret },
        { [name]: secret, [`${name}_FILE`]: secret },
      ]) {
        assert.ok(!faultsOf(env).join().includes(secret), name);
      }
    }
  });
});

describe('readConfig in production', () => {
  const production = { NODE_ENV: 'production', ADMIN_API_KEY: KEY };

  it('requires no setting: the start decides whether ADMIN_API_KEY is needed', () => {
    assert.deepEqual(faultsOf(production), []);
    assert.deepEqual(faultsOf({ NODE_ENV: 'production' }), []);
    assert.deepEqual(faultsOf({ NODE_ENV: 'production', ADMIN_API_KEY: '' }), []);
  });

  it('rejects THROTTLE=off and --reset, both at once', () => {
    assert.deepEqual(faultsOf({ ...production, THROTTLE: 'off' }, { wipeFirst: true }), [
      '--reset is refused in production.',
      'THROTTLE may be off only in development.',
    ]);
    assert.deepEqual(faultsOf({}, { wipeFirst: true }), []);
  });

  it('creates no sample users, and logs JSON', () => {
    const { hasSampleUsers, log } = readConfig({ ...production, SAMPLE_USERS: 'on' });
    assert.deepEqual([hasSampleUsers, log.format], [false, 'json']);
    assert.equal(readConfig({ ...production, LOG_FORMAT: 'pretty' }).log.format, 'pretty');
  });
});

describe('ASVS 13.3.1: a secret in a file', () => {
  it('is read without the line end that editors add', () => {
    const env = {
      ADMIN_API_KEY_FILE: fileOf('key', `${KEY}\n`),
      DATABASE_URL_FILE: fileOf('store', 'memory:\r\n'),
      MAIL_URL_FILE: fileOf('mail', 'smtp://me:geheim@localhost\n'),
      MAIL_FROM: 'hall@example.com',
    };
    const { adminKey, store, smtp } = readConfig(env);
    const read = [adminKey?.reveal(), store, smtp?.password?.reveal()];
    assert.deepEqual(read, [KEY, { kind: 'memory' }, 'geheim']);
  });

  it('follows the same rules', () => {
    const sentence = 'ADMIN_API_KEY must be 32 to 512 ASCII letters, digits and marks, without spaces.';
    assert.deepEqual(faultsOf({ ADMIN_API_KEY_FILE: fileOf('short', 'short') }), [sentence]);
  });

  it('is rejected where the file is missing, a folder or empty, also in production', () => {
    for (const mode of ['development', 'production']) {
      const faults = (path: string) => faultsOf({ NODE_ENV: mode, ADMIN_API_KEY_FILE: path });
      const unreadable = 'ADMIN_API_KEY_FILE names a file that cannot be read.';
      assert.deepEqual(faults(join(FOLDER, 'nowhere')), [unreadable]);
      assert.deepEqual(faults(FOLDER), [unreadable]);
      assert.deepEqual(faults(fileOf('empty', ' \n')), ['ADMIN_API_KEY_FILE names an empty file.']);
    }
  });

  it('is rejected beside the same secret in the environment', () => {
    const env = { ADMIN_API_KEY: KEY, ADMIN_API_KEY_FILE: fileOf('twice', KEY) };
    const sentence = 'are both set; keep one. An empty value counts as not set.';
    assert.deepEqual(faultsOf(env), [`ADMIN_API_KEY and ADMIN_API_KEY_FILE ${sentence}`]);
  });
});
