/** One thing an operator may set, by an environment variable of this name. */
export type Setting = Readonly<{
  /** What holds where nothing is set; `undefined`: nothing does. */
  default: string | undefined;
  /** What it means, its form and its unit, for `.env.example` and docs/operations.md. */
  meaning: string;
  /** May also come from a file named by `<NAME>_FILE`. */
  isSecret?: true;
}>;

/** All of them. `.env.example` is held against this list by a test. */
export const SETTINGS = {
  NODE_ENV: { default: 'development', meaning: '`development` or `production`' },
  HOST: { default: '127.0.0.1', meaning: 'Address to listen on' },
  PORT: { default: '8000', meaning: 'Port to listen on, 0 to 65535 (0: any free one)' },
  TRUSTED_PROXIES: {
    default: '',
    meaning: 'Networks in CIDR form whose X-Forwarded-For is believed, separated by commas; empty: nobody',
  },
  ADMIN_API_KEY: {
    default: undefined,
    meaning:
      'Key of the administrator, 32 to 512 random characters; needed in production. Not set: everybody may administer, and only localhost and HOST are answered',
    isSecret: true,
  },
  DATABASE_URL: {
    default: 'file:./data/guildhall.db',
    meaning:
      '`file:PATH` (SQLite), `postgres://user:password@host:port/database`, percent-encoded, or `memory:` (gone at exit)',
    isSecret: true,
  },
  DATABASE_POOL_SIZE: { default: '10', meaning: 'Connections of each instance to Postgres, 1 to 1000' },
  SAMPLE_USERS: { default: 'on', meaning: '`on` or `off`: fill an empty development store with alice and bob' },
  MAIL_URL: {
    default: 'console:',
    meaning: '`console:`, `smtp://user:password@host:port` or `smtps://…`, percent-encoded',
    isSecret: true,
  },
  MAIL_FROM: { default: undefined, meaning: 'Address of the sender; needed with an SMTP server' },
  RESET_URL: {
    default: undefined,
    meaning:
      'Your page where a new password is chosen; `#email=…&reset_token=…` is added. Not set: the mail shows the token',
  },
  MINIMUM_AGE: { default: '18', meaning: 'Years, 0 to 130' },
  PASSWORD_MIN_LENGTH: { default: '8', meaning: 'Characters, 1 to 128; 15 is advised' },
  PASSWORD_BLOCKLIST: { default: 'on', meaning: '`on` or `off`: refuse the most common passwords' },
  ARGON2_MEMORY_KIB: { default: '19456', meaning: 'KiB of memory a hash takes, 8 to 1048576' },
  ARGON2_TIME_COST: { default: '2', meaning: 'Passes over the memory, 1 to 20' },
  ARGON2_PARALLELISM: { default: '1', meaning: 'Lanes, 1 to 16' },
  HASHING_CONCURRENCY: {
    default: '2',
    meaning: 'Hashes at a time, 1 to 64: as many as cores, fewer than UV_THREADPOOL_SIZE',
  },
  HASHING_QUEUE: { default: '256', meaning: 'Hashes that may wait, 0 to 10000; past it the answer is 503' },
  SESSION_IDLE: { default: '7d', meaning: 'Longest pause of a session, 1s to 400d (s, m, h or d)' },
  SESSION_TTL: { default: '30d', meaning: 'Longest life of a session, 1s to 400d' },
  RESET_TTL: { default: '1h', meaning: 'Life of a reset token, 1s to 7d' },
  LICENSE_KEY_SECRET: {
    default: undefined,
    meaning:
      'What the keys that sign license files are encrypted with, 32 to 512 random characters. Not set: no license files in production; development makes one beside the store, or in ./data',
    isSecret: true,
  },
  LICENSE_ISSUER: { default: 'guildhall', meaning: 'Who license files are from (claim `iss`): your name or URL' },
  LICENSE_FILE_TTL: { default: '7d', meaning: 'Life of a license file where the client asks for none, 1s to 400d' },
  LICENSE_FILE_MAX_TTL: {
    default: '30d',
    meaning: 'Longest life a client may ask for, 1s to 400d',
  },
  VALIDATE_LIMIT: {
    default: '600',
    meaning: 'Validations a minute from one network, 1 to 1000000; each instance counts by itself',
  },
  THROTTLE: {
    default: 'on',
    meaning:
      '`on` or `off`: limit failed log-ins, resets, registrations, validations and checks of pairs; `off` only in development',
  },
  RANDOM_USER_API_URL: {
    default: 'https://randomuser.me',
    meaning: 'Where random people come from; in production https, or this very machine',
  },
  GITHUB_TOKEN: {
    default: undefined,
    meaning: 'Token for GitHub; without one it answers 60 questions an hour, with one 5000',
    isSecret: true,
  },
  TWITTER_BEARER_TOKEN: {
    default: undefined,
    meaning: 'Token of your Twitter app; or set TWITTER_API_KEY and TWITTER_API_SECRET_KEY, and it is fetched',
    isSecret: true,
  },
  TWITTER_API_KEY: { default: undefined, meaning: 'Key of your Twitter app', isSecret: true },
  TWITTER_API_SECRET_KEY: { default: undefined, meaning: 'Secret of your Twitter app', isSecret: true },
  TWITTER_ACCESS_TOKEN: {
    default: undefined,
    meaning: 'Token of one person: pairs that they are one of then take a single look-up. Needs key and secret too',
    isSecret: true,
  },
  TWITTER_ACCESS_TOKEN_SECRET: { default: undefined, meaning: 'Secret of that token', isSecret: true },
  TWITTER_READ_LIMIT: {
    default: '5000',
    meaning: 'Users of follow lists that one check may read, 0 to 100000; Twitter takes about a cent for each',
  },
  PAIR_CHECK_LIMIT: {
    default: '120',
    meaning:
      'Checks of developer pairs an hour from one network, 1 to 1000000; counted in the store, for all instances',
  },
  GITHUB_API_URL: {
    default: 'https://api.github.com',
    meaning: 'Where GitHub answers; production: https, or this machine',
  },
  TWITTER_API_URL: {
    default: 'https://api.x.com',
    meaning: 'Where Twitter answers; production: https, or this machine',
  },
  UPSTREAM_TIMEOUT: { default: '8s', meaning: 'Longest wait for GitHub and for Twitter in one check, 1s to 15s' },
  UPSTREAM_CONNECTIONS: { default: '16', meaning: 'Connections to each of them at a time, 1 to 256' },
  DOCS: { default: 'on', meaning: '`on` or `off`: serve /docs and /redoc' },
  LOG_LEVEL: { default: 'info', meaning: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`' },
  LOG_FORMAT: {
    default: 'auto',
    meaning: '`json`, `pretty` or `auto`: readable lines in development, JSON in production',
  },
  MAX_IN_FLIGHT: {
    default: '1000',
    meaning: 'Requests being handled at a time, 1 to 100000; past it the answer is 503. More than HASHING_QUEUE',
  },
  WORKERS: {
    default: '1',
    meaning:
      'Processes that serve, 1 to 64; from 2 on a primary watches over them, and SIGHUP replaces them one by one. Limits hold for each',
  },
  SHUTDOWN_DELAY: {
    default: '0s',
    meaning:
      'From /_ready saying no to the end of listening at SIGTERM, 0s to 5m: as long as a load balancer takes to notice',
  },
  SHUTDOWN_GRACE: { default: '10s', meaning: 'Longest wait for running requests at SIGTERM, 1s to 10m' },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
