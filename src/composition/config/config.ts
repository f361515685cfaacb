import { readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { isWithinLimits } from '../../adapters/driven/argon2/argon2-params.ts';
import { isLoopback, readSmtpConfig, type SmtpConfig } from '../../adapters/driven/mail/smtp-config.ts';
import type { SettingsGroup } from '../../adapters/driving/pages/settings/views.ts';
import { ConfigError, formatDuration } from './setting-types.ts';
import { SETTINGS, type Setting, type SettingName, type Settings } from './settings.ts';
import { type DependentValues, settingsInEffect } from './settings-in-effect.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment variables of this process, completed by the file `.env` of the current folder.
 * @throws {ConfigError} the file exists and cannot be read
 */
export const processEnvironment = (): Environment => {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new ConfigError('.env cannot be read.');
  }
  return process.env;
};

/**
 * @param options.wipeFirst the store is to be emptied, which production denies
 * @throws {ConfigError} with every fault at once
 */
export const readConfig = (env: Environment, options: Readonly<{ wipeFirst?: boolean }> = {}): Config => {
  const faults = new Faults();
  const { settings, given } = readSettings(env, faults);
  if (options.wipeFirst && settings.NODE_ENV === 'production') {
    faults.messages.unshift('--reset is refused in production.');
  }
  for (const [names, isBroken, message] of RULES) {
    if (!faults.concern(names) && isBroken(settings)) faults.add(names[0], message);
  }
  const threads = threadsOf(env);
  if (settings.HASHING_CONCURRENCY !== undefined && settings.HASHING_CONCURRENCY > maxHashingConcurrency(threads)) {
    faults.add('HASHING_CONCURRENCY', HASHES_TAKE_ALL_THREADS);
  }
  const smtp = smtpFrom(settings, faults);
  const logo = logoFrom(settings, faults);
  if (faults.messages.length > 0) throw new ConfigError(...faults.messages);
  const configOf = (changed: Settings) => configFrom(changed, smtp, logo, threads);
  const inEffect = settingsInEffect(settings, given, (changed) => dependentValues(configOf(changed)));
  return { ...configOf(settings), settings: inEffect };
};

/** Keeps the first fault of each setting: another one of the same setting follows from it. */
class Faults {
  readonly messages: string[] = [];
  readonly #names = new Set<SettingName>();

  add(name: SettingName, message: string): void {
    if (!this.#names.has(name)) this.messages.push(message);
    this.#names.add(name);
  }

  concern(names: readonly SettingName[]): boolean {
    return names.some((name) => this.#names.has(name));
  }
}

type ReadSettings = Readonly<{
  /** Without those that have a fault. */
  settings: Settings;
  /** Text of each setting that is set; empty for a secret. */
  given: ReadonlyMap<SettingName, string>;
}>;

const readSettings = (env: Environment, faults: Faults): ReadSettings => {
  const values: Partial<Record<SettingName, unknown>> = {};
  const given = new Map<SettingName, string>();
  for (const [name, setting] of Object.entries(SETTINGS) as [SettingName, Setting][]) {
    try {
      const set = textOf(env, name, setting);
      const text = set || setting.default;
      values[name] = text === undefined ? undefined : setting.type.parse(text, name);
      if (set) given.set(name, setting.secret ? '' : set);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.add(name, error.message);
    }
  }
  return { settings: values as Settings, given };
};

/** An empty text stands for none: compose files leave a setting out that way. */
const textOf = (env: Environment, name: SettingName, { secret }: Setting): string | undefined => {
  const [text, path] = [env[name], secret && env[`${name}_FILE`]];
  if (!path) return unquoted(text, name);
  if (text) throw new ConfigError(`${name} and ${name}_FILE are both set; keep one. An empty value counts as not set.`);
  return readSecretFile(path, `${name}_FILE`);
};

/**
 * @param name of the setting or option that names the file
 * @throws {ConfigError} the file cannot be read, or is empty: taken for no value, a secret that was lost on its way
 *   would leave the service open without notice
 */
export const readSecretFile = (path: string, name: string): string => {
  const content = contentOf(path);
  if (content === undefined) throw new ConfigError(`${name} names a file that cannot be read.`);
  if (content === '') throw new ConfigError(`${name} names an empty file.`);
  return content;
};

const unquoted = (text: string | undefined, name: SettingName): string | undefined => {
  if (text === undefined || !/^(["']).*\1$/s.test(text)) return text;
  throw new ConfigError(`${name} is in quotes, which docker --env-file passes on as a part of it; remove them.`);
};

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

/** To another machine than this one. */
const isPlainHttp = (url: string | false | undefined): boolean => {
  if (!url) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
};

const httpsInProduction = (
  name: 'PUBLIC_URL' | 'BREACHED_PASSWORDS' | 'RANDOM_USER_API_URL' | 'GITHUB_API_URL' | 'TWITTER_API_URL',
): Rule => [
  [name, 'NODE_ENV'],
  (s) => s.NODE_ENV === 'production' && isPlainHttp(s[name]),
  `${name} must be https in production.`,
];

/** A rule about several settings. A broken rule is a fault of the first, unless one of them has another fault. */
type Rule = readonly [
  names: readonly [SettingName, ...SettingName[]],
  isBroken: (settings: Settings) => boolean,
  message: string,
];

const RULES: readonly Rule[] = [
  [
    ['THROTTLE', 'NODE_ENV'],
    (s) => s.NODE_ENV === 'production' && !s.THROTTLE,
    'THROTTLE may be off only in development.',
  ],
  [
    ['ARGON2_MEMORY_KIB', 'ARGON2_PARALLELISM', 'ARGON2_TIME_COST'],
    (s) => !isWithinLimits(argon2Params(s)),
    'ARGON2_MEMORY_KIB must be at least 8 times ARGON2_PARALLELISM.',
  ],
  [
    ['LICENSE_FILE_MAX_TTL', 'LICENSE_FILE_TTL'],
    (s) => s.LICENSE_FILE_TTL > s.LICENSE_FILE_MAX_TTL,
    'LICENSE_FILE_MAX_TTL must be at least LICENSE_FILE_TTL.',
  ],
  httpsInProduction('PUBLIC_URL'),
  httpsInProduction('BREACHED_PASSWORDS'),
  httpsInProduction('RANDOM_USER_API_URL'),
  httpsInProduction('GITHUB_API_URL'),
  httpsInProduction('TWITTER_API_URL'),
  [
    ['TWITTER_API_KEY', 'TWITTER_API_SECRET_KEY'],
    (s) => (s.TWITTER_API_KEY === undefined) !== (s.TWITTER_API_SECRET_KEY === undefined),
    'TWITTER_API_KEY and TWITTER_API_SECRET_KEY belong together; one of them is missing.',
  ],
  [
    ['TWITTER_ACCESS_TOKEN', 'TWITTER_ACCESS_TOKEN_SECRET'],
    (s) => (s.TWITTER_ACCESS_TOKEN === undefined) !== (s.TWITTER_ACCESS_TOKEN_SECRET === undefined),
    'TWITTER_ACCESS_TOKEN and TWITTER_ACCESS_TOKEN_SECRET belong together; one of them is missing.',
  ],
  [
    ['TWITTER_ACCESS_TOKEN', 'TWITTER_API_KEY'],
    (s) => s.TWITTER_ACCESS_TOKEN !== undefined && s.TWITTER_API_KEY === undefined,
    'TWITTER_ACCESS_TOKEN needs TWITTER_API_KEY and TWITTER_API_SECRET_KEY.',
  ],
  [
    ['SHUTDOWN_DELAY', 'SHUTDOWN_GRACE'],
    (s) => s.SHUTDOWN_DELAY > s.SHUTDOWN_GRACE / 2,
    'SHUTDOWN_DELAY must be at most half of SHUTDOWN_GRACE.',
  ],
  [
    ['WORKERS', 'DATABASE_URL'],
    ({ WORKERS, DATABASE_URL: store }) =>
      WORKERS > 1 && (store.kind === 'memory' || (store.kind === 'sqlite' && store.path === ':memory:')),
    'WORKERS must be 1 with a store in memory, else each would have a store of its own.',
  ],
];

const smtpFrom = ({ MAIL_URL, MAIL_FROM = '', BRAND_NAME }: Settings, faults: Faults): SmtpConfig | undefined => {
  if (MAIL_URL === 'console:' || faults.concern(['MAIL_URL', 'MAIL_FROM'])) return undefined;
  const reading = readSmtpConfig(MAIL_URL, MAIL_FROM, BRAND_NAME);
  if ('config' in reading) return reading.config;
  faults.messages.push(...reading.faults);
  return undefined;
};

const MAX_LOGO_BYTES = 262_144;
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const logoFrom = ({ BRAND_LOGO: path }: Settings, faults: Faults): Buffer | undefined => {
  if (path === undefined) return undefined;
  const logo = pngIn(path);
  if (logo === undefined) faults.add('BRAND_LOGO', 'BRAND_LOGO must name a PNG file of at most 256 KiB.');
  return logo;
};

const pngIn = (path: string): Buffer | undefined => {
  try {
    const logo = statSync(path).size <= MAX_LOGO_BYTES ? readFileSync(path) : undefined;
    return logo?.subarray(0, PNG.length).equals(PNG) ? logo : undefined;
  } catch {
    return undefined;
  }
};

const HASHES_TAKE_ALL_THREADS =
  'HASHING_CONCURRENCY must be 1, or less than UV_THREADPOOL_SIZE, which is 4 where it is not set, because files, name look-ups and SQLite need a thread of the pool.';

/** Size of libuv's thread pool, which hashes share with files, name look-ups and the syncs of SQLite. */
const threadsOf = ({ UV_THREADPOOL_SIZE = '4' }: Environment): number => Number.parseInt(UV_THREADPOOL_SIZE, 10) || 1;

const maxHashingConcurrency = (threads: number): number => Math.max(1, threads - 1);

/**
 * perf: on one core, one hash at a time takes 8 to 15 % less CPU for a log-in than two or three. At least 1, at most
 * 3, and otherwise fewer than the threads of the pool.
 */
export const defaultHashingConcurrency = (workers: number, cores: number, threads: number): number =>
  Math.max(1, Math.min(3, maxHashingConcurrency(threads), Math.floor(cores / workers)));

const argon2Params = (s: Settings) => ({
  memoryKib: s.ARGON2_MEMORY_KIB,
  timeCost: s.ARGON2_TIME_COST,
  parallelism: s.ARGON2_PARALLELISM,
});

const twitterKeys = (s: Settings) => {
  const { TWITTER_API_KEY: key, TWITTER_API_SECRET_KEY: secret, TWITTER_BEARER_TOKEN: bearer } = s;
  const { TWITTER_ACCESS_TOKEN: token, TWITTER_ACCESS_TOKEN_SECRET: tokenSecret } = s;
  const app = key && secret && { key, secret };
  return {
    twitterApp: bearer === undefined ? app : { bearer },
    /** Of one user; `undefined`: requests are made as the app. */
    twitterOwner: app && token && tokenSecret && { ...app, token, tokenSecret },
  };
};

/** Where browsers find a page; `undefined`: the pages are off, or their address is not known. */
const pageUrlOf = ({ PAGES, PUBLIC_URL, NODE_ENV, HOST, PORT }: Settings, path: string): string | undefined => {
  if (!PAGES) return undefined;
  if (PUBLIC_URL !== undefined) return PUBLIC_URL + path;
  if (NODE_ENV === 'production' || PORT === 0) return undefined;
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}${path}`;
};

const configFrom = (s: Settings, smtp: SmtpConfig | undefined, logo: Buffer | undefined, threads: number) => ({
  mode: s.NODE_ENV,
  host: s.HOST,
  port: s.PORT,
  /** Address of this service for browsers, without a slash at its end. */
  publicUrl: s.PUBLIC_URL,
  /** Its path, which precedes ours; mostly empty. */
  basePath: s.PUBLIC_URL === undefined ? '' : new URL(s.PUBLIC_URL).pathname.replace(/\/$/, ''),
  /** Networks in CIDR form. */
  trustedProxies: s.TRUSTED_PROXIES,
  corsOrigins: s.CORS_ORIGINS,
  keepAliveTimeoutMs: s.KEEP_ALIVE_TIMEOUT,
  adminKey: s.ADMIN_API_KEY,
  /** Every caller may administer. */
  administrationIsOpen: s.NODE_ENV === 'development' && s.ADMIN_API_KEY === undefined,
  servesDocs: s.DOCS,
  /** Requests being handled at a time, in each process. */
  maxInFlight: s.MAX_IN_FLIGHT,
  workers: s.WORKERS,
  shutdownDelayMs: s.SHUTDOWN_DELAY,
  /** The delay included. */
  shutdownGraceMs: s.SHUTDOWN_GRACE,
  store: s.DATABASE_URL.kind === 'postgres' ? { ...s.DATABASE_URL, poolSize: s.DATABASE_POOL_SIZE } : s.DATABASE_URL,
  /** `key` seals, else the secret of the licenses; both open. */
  sealing: { key: s.SEALING_KEY, oldKey: s.SEALING_KEY_OLD },
  hasSampleUsers: s.SAMPLE_USERS && s.NODE_ENV === 'development',
  /** `undefined`: emails are printed to standard output. */
  smtp,
  resetPage: s.RESET_URL ?? pageUrlOf(s, '/account/reset'),
  /** Address of the account pages; `undefined`: there are none, or no link can name them. */
  accountPages: pageUrlOf(s, '/account'),
  registration: s.REGISTRATION,
  confirmedOnly: s.CONFIRMED_ONLY,
  sendsExpiryNotices: s.EXPIRY_NOTICES,
  requiredFactors: s.REQUIRE_MFA ?? REQUIRED_FACTORS[s.NODE_ENV],
  hasPages: s.PAGES,
  brand: { name: s.BRAND_NAME, logo, supportEmail: s.SUPPORT_EMAIL },
  minimumAge: s.MINIMUM_AGE,
  passwordMinLength: s.PASSWORD_MIN_LENGTH,
  hasPasswordBlocklist: s.PASSWORD_BLOCKLIST,
  hashing: {
    engine: s.ARGON2_ENGINE,
    params: argon2Params(s),
    concurrency: s.HASHING_CONCURRENCY ?? defaultHashingConcurrency(s.WORKERS, availableParallelism(), threads),
    queue: s.HASHING_QUEUE,
  },
  sessionLimits: { idleMs: s.SESSION_IDLE, ttlMs: s.SESSION_TTL },
  sessionsPerUser: s.SESSIONS_PER_USER,
  /** Never longer than that of all sessions. */
  staffIdleMs: Math.min(s.STAFF_SESSION_IDLE, s.SESSION_IDLE),
  stepUpTtlMs: s.STEP_UP_TTL,
  idempotencyRetentionMs: s.IDEMPOTENCY_RETENTION,
  /** 0: for ever. */
  auditRetentionMs: s.AUDIT_RETENTION,
  /** 0: they are not stored. */
  auditIpRetentionMs: s.AUDIT_IP_RETENTION,
  resetTtlMs: s.RESET_TTL,
  isThrottled: s.THROTTLE,
  licenses: {
    /** Encrypts signing keys. */
    keySecret: s.LICENSE_KEY_SECRET,
    fileRules: { issuer: s.LICENSE_ISSUER, defaultTtlMs: s.LICENSE_FILE_TTL, maxTtlMs: s.LICENSE_FILE_MAX_TTL },
    /** From one network. */
    validationsPerMinute: s.VALIDATE_LIMIT,
  },
  randomUserUrl: new URL(s.RANDOM_USER_API_URL),
  upstreams: {
    githubUrl: s.GITHUB_API_URL,
    githubToken: s.GITHUB_TOKEN,
    twitterUrl: s.TWITTER_API_URL,
    ...twitterKeys(s),
    /** `url`: `undefined` where breaches are not looked up. */
    breachedPasswords: { url: s.BREACHED_PASSWORDS || undefined, failsOpen: s.BREACHED_PASSWORDS_FAIL === 'open' },
    /** Users of follow lists that one check may read. */
    twitterReadLimit: s.TWITTER_READ_LIMIT,
    /** From one network. */
    checksPerHour: s.PAIR_CHECK_LIMIT,
    /** Below the server's own time limit for a response, so that this one is reported. */
    deadlineMs: s.UPSTREAM_TIMEOUT,
    connections: s.UPSTREAM_CONNECTIONS,
  },
  log: {
    level: s.LOG_LEVEL,
    format: s.LOG_FORMAT === 'auto' ? LOG_FORMATS[s.NODE_ENV] : s.LOG_FORMAT,
  },
});

const REQUIRED_FACTORS = { development: 'off', production: 'staff' } as const;

const LOG_FORMATS = { development: 'pretty', production: 'json' } as const;

const dependentValues = (config: ReturnType<typeof configFrom>): DependentValues => ({
  PUBLIC_URL: config.publicUrl ?? config.accountPages?.replace(/\/account$/, ''),
  SAMPLE_USERS: config.hasSampleUsers ? 'on' : 'off',
  RESET_URL: config.resetPage,
  REQUIRE_MFA: config.requiredFactors,
  HASHING_CONCURRENCY: String(config.hashing.concurrency),
  STAFF_SESSION_IDLE: formatDuration(config.staffIdleMs),
  LOG_FORMAT: config.log.format,
});

/**
 * Every setting, read and checked.
 * @property settings as people may see them, without a secret
 */
export type Config = Readonly<ReturnType<typeof configFrom>> & Readonly<{ settings: readonly SettingsGroup[] }>;
