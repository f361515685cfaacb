import { type Argon2Params, isBearable } from '../../adapters/driven/argon2/argon2-params.ts';
import type { LogSettings } from '../../adapters/driven/logging/logger.ts';
import { readSmtpConfig, type SmtpConfig } from '../../adapters/driven/mail/smtp-config.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { SessionLimits } from '../../domain/user/session.ts';
import { type LicenseConfig, licenseConfig } from './license-config.ts';
import { mustBeShared, type ProcessConfig, processConfig } from './process-config.ts';
import { randomUserUrl } from './random-user-settings.ts';
import { type Environment, SettingReader } from './setting-reader.ts';
import { type StoreConfig, storeConfig } from './store-config.ts';
import { type UpstreamConfig, upstreamConfig } from './upstream-config.ts';

export type Mode = 'development' | 'production';

/** Everything that can be set, checked. Made once, at the start. */
export type Config = Readonly<{
  mode: Mode;
  host: string;
  port: number;
  trustedProxies: readonly string[];
  adminKey: Secret | undefined;
  store: StoreConfig;
  hasSampleUsers: boolean;
  /** `undefined`: letters are printed on the console. */
  smtp: SmtpConfig | undefined;
  resetPage: string | undefined;
  minimumAge: number;
  passwordMinLength: number;
  hasPasswordBlocklist: boolean;
  hashing: Readonly<{ params: Argon2Params; concurrency: number; queue: number }>;
  sessionLimits: SessionLimits;
  resetTtlMs: number;
  licenses: LicenseConfig;
  isThrottled: boolean;
  randomUserUrl: URL;
  upstreams: UpstreamConfig;
  servesDocs: boolean;
  log: LogSettings;
}> &
  ProcessConfig;

/** The settings cannot be used. One sentence per fault, without the values: some are secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly messages: readonly string[];

  constructor(messages: readonly string[]) {
    super(messages.join(' '));
    this.messages = messages;
  }
}

/**
 * @param wish.wipeFirst somebody asked to empty the store, which is refused in production
 * @throws {ConfigError} with all faults at once
 */
export const readConfig = (env: Environment, wish: Readonly<{ wipeFirst?: boolean }> = {}): Config => {
  const read = new SettingReader(env);
  const mode = read.oneOf('NODE_ENV', ['development', 'production']);
  if (wish.wipeFirst && mode === 'production') read.faults.push('--reset is refused in production.');
  const config: Config = {
    mode,
    host: read.host('HOST'),
    port: read.wholeNumber('PORT', 0, 65_535),
    trustedProxies: read.networks('TRUSTED_PROXIES'),
    adminKey: adminKey(read, mode),
    store: storeConfig(read),
    hasSampleUsers: read.isOn('SAMPLE_USERS') && mode === 'development',
    smtp: smtp(read),
    resetPage: read.webPage('RESET_URL'),
    minimumAge: read.wholeNumber('MINIMUM_AGE', 0, 130),
    passwordMinLength: read.wholeNumber('PASSWORD_MIN_LENGTH', 1, 128),
    hasPasswordBlocklist: read.isOn('PASSWORD_BLOCKLIST'),
    hashing: hashing(read),
    sessionLimits: { idleMs: read.duration('SESSION_IDLE'), ttlMs: read.duration('SESSION_TTL') },
    resetTtlMs: read.duration('RESET_TTL', '1s', '7d'),
    licenses: licenseConfig(read),
    isThrottled: throttled(read, mode),
    randomUserUrl: randomUserUrl(read, mode),
    upstreams: upstreamConfig(read, mode),
    servesDocs: read.isOn('DOCS'),
    log: {
      level: read.oneOf('LOG_LEVEL', ['info', 'trace', 'debug', 'warn', 'error', 'fatal', 'silent']),
      format: logFormat(read, mode),
    },
    ...processConfig(read),
  };
  mustBeShared(read, config);
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
};

const adminKey = (read: SettingReader, mode: Mode): Secret | undefined => {
  const key = read.secret('ADMIN_API_KEY');
  if (key === undefined && mode === 'production') {
    read.refuse('ADMIN_API_KEY', 'ADMIN_API_KEY is needed in production: 32 random characters or more.');
  }
  // What else a header could not carry, or not as it was meant.
  if (key !== undefined && !/^[!-~]{32,512}$/.test(key.reveal())) {
    read.refuse('ADMIN_API_KEY', 'ADMIN_API_KEY must be 32 to 512 ASCII letters, digits and marks, without spaces.');
  }
  return key;
};

const smtp = (read: SettingReader): SmtpConfig | undefined => {
  const url = read.text('MAIL_URL') ?? '';
  if (url === 'console:') return undefined;
  const reading = readSmtpConfig(url, read.text('MAIL_FROM') ?? '');
  if ('config' in reading) return reading.config;
  read.faults.push(...reading.faults);
  return undefined;
};

const hashing = (read: SettingReader): Config['hashing'] => {
  const params = {
    memoryKib: read.wholeNumber('ARGON2_MEMORY_KIB', 8, 1_048_576),
    timeCost: read.wholeNumber('ARGON2_TIME_COST', 1, 20),
    parallelism: read.wholeNumber('ARGON2_PARALLELISM', 1, 16),
  };
  if (!isBearable(params)) {
    read.refuse('ARGON2_MEMORY_KIB', 'ARGON2_MEMORY_KIB must be at least 8 times ARGON2_PARALLELISM.');
  }
  return {
    params,
    concurrency: read.wholeNumber('HASHING_CONCURRENCY', 1, 64),
    queue: read.wholeNumber('HASHING_QUEUE', 0, 10_000),
  };
};

const throttled = (read: SettingReader, mode: Mode): boolean => {
  const isOn = read.isOn('THROTTLE');
  if (!isOn && mode === 'production') read.refuse('THROTTLE', 'THROTTLE may be off only in development.');
  return isOn;
};

const logFormat = (read: SettingReader, mode: Mode): LogSettings['format'] => {
  const format = read.oneOf('LOG_FORMAT', ['auto', 'json', 'pretty']);
  if (format !== 'auto') return format;
  return mode === 'development' ? 'pretty' : 'json';
};
