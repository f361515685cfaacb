import {
  baseUrl,
  bearerToken,
  brandName,
  duration,
  durationOrNone,
  emailAddress,
  host,
  integer,
  issuer,
  longSecret,
  networks,
  offOrBaseUrl,
  oneOf,
  onOff,
  origins,
  pageUrl,
  publicUrl,
  type SettingType,
  secretText,
  storeUrl,
  text,
} from './setting-types.ts';

/** A setting, read from an environment variable. */
export type Setting = Readonly<{
  type: SettingType<unknown>;
  /** The value where none is set; `undefined`: there is none. */
  default: string | undefined;
  /** May also come from a file, named by `<NAME>_FILE`. */
  secret?: true;
  /** Description for `.env.example` and docs/operations.md. */
  docs: string;
}>;

/**
 * Every setting, by group. `npm run settings` generates `.env.example` and the tables in docs/operations.md from here.
 */
export const SETTINGS_BY_GROUP = {
  'Process and network': {
    NODE_ENV: {
      type: oneOf('development', 'production'),
      default: 'development',
      docs: 'Mode. Production requires `ADMIN_API_KEY` or an admin and denies everything that is open in development.',
    },
    HOST: { type: host, default: '127.0.0.1', docs: 'Address to listen on.' },
    PORT: { type: integer(0, 65_535), default: '8000', docs: 'Port to listen on; 0 selects any free port.' },
    PUBLIC_URL: {
      type: publicUrl,
      default: undefined,
      docs: 'Address of this service for browsers: the base of links. If it has a path, the proxy must remove it from requests. Https in production, unless it is on this machine. Not set: development takes the address it listens on; in production emails contain tokens without links.',
    },
    TRUSTED_PROXIES: {
      type: networks,
      default: '',
      docs: 'Networks in CIDR form, separated by commas, whose `X-Forwarded-For` is trusted. Empty: none.',
    },
    CORS_ORIGINS: {
      type: origins,
      default: '',
      docs: 'Origins, separated by commas, whose pages may call the API without the session cookie, such as `https://app.example`; `*` for all. Empty: none.',
    },
    ADMIN_API_KEY: {
      type: longSecret,
      default: undefined,
      secret: true,
      docs: 'Key with all scopes; required in production until an admin exists (`guildhall staff add`). Not set in development: every caller may administer, and only requests for localhost and `HOST` are answered.',
    },
    DOCS: { type: onOff, default: 'on', docs: 'Serve the API documentation at /docs and /redoc.' },
    KEEP_ALIVE_TIMEOUT: {
      type: duration('1s', '1h'),
      default: '5s',
      docs: 'Time after which an idle connection is closed. Set it higher than the idle time-out of your load balancer, such as `620s` for 600 s.',
    },
    MAX_IN_FLIGHT: {
      type: integer(1, 100_000),
      default: '1000',
      docs: 'Requests handled at a time by each process; further ones are answered with 503. Set it higher than `HASHING_QUEUE`.',
    },
    WORKERS: {
      type: integer(1, 64),
      default: '1',
      docs: 'Processes that serve. From 2 on a primary process supervises them, and SIGHUP replaces them one by one. Limits hold for each process.',
    },
    SHUTDOWN_DELAY: {
      type: duration('0s', '5m'),
      default: '0s',
      docs: 'Time at SIGTERM between `/_ready` reporting 503 and the end of listening: as long as a load balancer takes to notice. At most half of `SHUTDOWN_GRACE`.',
    },
    SHUTDOWN_GRACE: {
      type: duration('1s', '10m'),
      default: '10s',
      docs: 'Maximum duration of a graceful shutdown at SIGTERM, the delay included.',
    },
  },
  Store: {
    DATABASE_URL: {
      type: storeUrl,
      default: 'file:./data/guildhall.db',
      secret: true,
      docs: '`file:PATH` for SQLite, `postgres://user:password@host:port/database` with each part percent-encoded, or `memory:`, which is gone at exit.',
    },
    DATABASE_POOL_SIZE: {
      type: integer(1, 1_000),
      default: '10',
      docs: 'Maximum number of connections of each process to Postgres.',
    },
    SEALING_KEY: {
      type: longSecret,
      default: undefined,
      secret: true,
      docs: 'Encrypts secrets in the store that must be read again. Not set: a key derived from `LICENSE_KEY_SECRET` does.',
    },
    SEALING_KEY_OLD: {
      type: longSecret,
      default: undefined,
      secret: true,
      docs: 'The earlier `SEALING_KEY`, or the earlier `LICENSE_KEY_SECRET` where that was not set; opens what was encrypted with it until `guildhall keys reseal` has run.',
    },
    SAMPLE_USERS: {
      type: onOff,
      default: 'on',
      docs: 'Fill an empty store with the sample users alice, bob and admin; development only.',
    },
  },
  Mail: {
    MAIL_URL: {
      type: text,
      default: 'console:',
      secret: true,
      docs: '`console:` prints emails to standard output; `smtp://user:password@host:port` (STARTTLS) or `smtps://…` sends them, user and password percent-encoded.',
    },
    MAIL_FROM: { type: text, default: undefined, docs: 'Address of the sender; required with an SMTP server.' },
    RESET_URL: {
      type: pageUrl,
      default: undefined,
      docs: 'Your page where a new password is chosen; `#email=…&reset_token=…` is appended. Not set: the page /account/reset below `PUBLIC_URL`; without pages or that address the email contains the token alone.',
    },
  },
  Pages: {
    PAGES: {
      type: onOff,
      default: 'on',
      docs: 'Serve the console at /console and the account pages at /account.',
    },
    BRAND_NAME: { type: brandName, default: 'Guildhall', docs: 'Your name on pages and in emails.' },
    BRAND_LOGO: {
      type: text,
      default: undefined,
      docs: 'Path of a PNG file with your logo, at most 256 KiB, shown on pages and in emails.',
    },
    SUPPORT_EMAIL: {
      type: emailAddress,
      default: undefined,
      docs: 'Address that people in need of help find on pages and in emails.',
    },
  },
  'Accounts and passwords': {
    REGISTRATION: {
      type: oneOf('open', 'confirmed', 'closed'),
      default: 'open',
      docs: '`open`: `POST /register` opens an account at once. `confirmed`: it sends an email, and the token in it opens the account; a new address of an account is confirmed first, too. `closed`: only administrators create accounts; a new address is confirmed first as with `confirmed`. With both, emails with a license and most notices go to confirmed addresses only.',
    },
    REQUIRE_MFA: {
      type: oneOf('off', 'staff', 'all'),
      default: undefined,
      docs: 'Accounts that need a second factor: none, those with a role, or all. Without one they may only set it up. Default: `off` in development, `staff` in production.',
    },
    CONFIRMED_ONLY: {
      type: onOff,
      default: 'off',
      docs: 'A log-in takes a confirmed address. A password reset by email confirms it.',
    },
    MINIMUM_AGE: { type: integer(0, 130), default: '18', docs: 'Minimum age of a user in years.' },
    PASSWORD_MIN_LENGTH: {
      type: integer(1, 128),
      default: '8',
      docs: 'Minimum number of characters of a password; 15 is recommended.',
    },
    PASSWORD_BLOCKLIST: { type: onOff, default: 'on', docs: 'Reject the most common passwords.' },
    BREACHED_PASSWORDS: {
      type: offOrBaseUrl,
      default: 'off',
      docs: 'Range API that chosen passwords are looked up in, such as `https://api.pwnedpasswords.com`; five hex digits of the SHA-1 of a password leave the server. Https in production, unless it is on this machine.',
    },
    BREACHED_PASSWORDS_FAIL: {
      type: oneOf('open', 'closed'),
      default: 'open',
      docs: 'Without an answer of that API: `open` accepts the password, `closed` responds with 503.',
    },
    ARGON2_ENGINE: {
      type: oneOf('auto', 'node-rs', 'argon2'),
      default: 'auto',
      docs: 'Library that computes password hashes: `@node-rs/argon2` or `argon2`. `auto` takes the first whose binary can be loaded. Either verifies the hashes of the other.',
    },
    ARGON2_MEMORY_KIB: { type: integer(8, 1_048_576), default: '19456', docs: 'Memory for one hash in KiB.' },
    ARGON2_TIME_COST: { type: integer(1, 20), default: '2', docs: 'Number of passes over the memory.' },
    ARGON2_PARALLELISM: { type: integer(1, 16), default: '1', docs: 'Number of lanes.' },
    HASHING_CONCURRENCY: {
      type: integer(1, 64),
      default: undefined,
      docs: 'Hashes computed at a time in each process: 1, or fewer than `UV_THREADPOOL_SIZE` (4 where it is not set). Default: the number of cores, at most 3, shared among `WORKERS`.',
    },
    HASHING_QUEUE: {
      type: integer(0, 10_000),
      default: '256',
      docs: 'Hashes that may wait; further requests are answered with 503.',
    },
    SESSION_IDLE: { type: duration(), default: '7d', docs: 'Time without a request after which a session ends.' },
    SESSION_TTL: { type: duration(), default: '30d', docs: 'Maximum lifetime of a session.' },
    SESSIONS_PER_USER: {
      type: integer(1, 10_000),
      default: '100',
      docs: 'Maximum number of sessions of one user; the oldest ends where one more begins.',
    },
    STAFF_SESSION_IDLE: {
      type: duration('1s', '400d'),
      default: '12h',
      docs: 'Time without a request after which a session of a person with a role ends, if shorter than `SESSION_IDLE`.',
    },
    STEP_UP_TTL: {
      type: duration('1s', '1d'),
      default: '10m',
      docs: 'Time after a log-in or `POST /sessions/elevate` in which a session may make sensitive changes.',
    },
    IDEMPOTENCY_RETENTION: {
      type: duration('1s', '30d'),
      default: '24h',
      docs: 'Time for which a repeated request with the same `Idempotency-Key` gets the first response.',
    },
    AUDIT_RETENTION: {
      type: durationOrNone('1d', '3650d'),
      default: '400d',
      docs: 'Time after which entries of the audit log are removed, in whole days; `0s`: never.',
    },
    AUDIT_IP_RETENTION: {
      type: duration('0s', '3650d'),
      default: '90d',
      docs: 'Time for which the audit log keeps IP addresses and user agents; `0s`: they are not stored.',
    },
    RESET_TTL: { type: duration('1s', '7d'), default: '1h', docs: 'Lifetime of a password reset token.' },
    THROTTLE: {
      type: onOff,
      default: 'on',
      docs: 'Limit failed log-ins, resets, registrations, validations and checks of developer pairs. `off` is for development only.',
    },
  },
  Licenses: {
    LICENSE_KEY_SECRET: {
      type: longSecret,
      default: undefined,
      secret: true,
      docs: 'Encrypts the keys that sign license files. Not set: production issues no license files; development generates a secret beside the store, or in ./data.',
    },
    LICENSE_ISSUER: {
      type: issuer,
      default: 'guildhall',
      docs: 'Issuer of license files (claim `iss`): your name or URL. Applications compare it, so choose it once.',
    },
    LICENSE_FILE_TTL: {
      type: duration(),
      default: '7d',
      docs: 'Lifetime of a license file where the client requests none.',
    },
    LICENSE_FILE_MAX_TTL: {
      type: duration(),
      default: '30d',
      docs: 'Maximum lifetime a client may request; at least `LICENSE_FILE_TTL`.',
    },
    EXPIRY_NOTICES: {
      type: onOff,
      default: 'off',
      docs: 'Emails to the owner of an active license 14 days and 3 days before its end.',
    },
    VALIDATE_LIMIT: {
      type: integer(1, 1_000_000),
      default: '600',
      docs: 'Validations per minute from one network, counted by each process.',
    },
  },
  'Upstream services': {
    RANDOM_USER_API_URL: {
      type: baseUrl,
      default: 'https://randomuser.me',
      docs: 'API that random users are imported from; https in production, unless it is on this machine.',
    },
    GITHUB_TOKEN: {
      type: bearerToken,
      default: undefined,
      secret: true,
      docs: 'Token for GitHub, which allows 5000 requests an hour with one and 60 without.',
    },
    TWITTER_BEARER_TOKEN: {
      type: bearerToken,
      default: undefined,
      secret: true,
      docs: 'Bearer token of your Twitter app. Not set: it is requested with `TWITTER_API_KEY` and `TWITTER_API_SECRET_KEY`.',
    },
    TWITTER_API_KEY: { type: secretText, default: undefined, secret: true, docs: 'Key of your Twitter app.' },
    TWITTER_API_SECRET_KEY: { type: secretText, default: undefined, secret: true, docs: 'Secret of your Twitter app.' },
    TWITTER_ACCESS_TOKEN: {
      type: secretText,
      default: undefined,
      secret: true,
      docs: 'Access token of one Twitter user, whose own pairs then take a single request. Requires `TWITTER_API_KEY` and `TWITTER_API_SECRET_KEY`.',
    },
    TWITTER_ACCESS_TOKEN_SECRET: {
      type: secretText,
      default: undefined,
      secret: true,
      docs: 'Secret of that access token.',
    },
    TWITTER_READ_LIMIT: {
      type: integer(0, 100_000),
      default: '5000',
      docs: 'Maximum number of users read from follow lists in one check. Twitter charges about one cent for each.',
    },
    PAIR_CHECK_LIMIT: {
      type: integer(1, 1_000_000),
      default: '120',
      docs: 'Checks of developer pairs per hour from one network, counted in the store for all instances.',
    },
    GITHUB_API_URL: {
      type: baseUrl,
      default: 'https://api.github.com',
      docs: 'API of GitHub; https in production, unless it is on this machine.',
    },
    TWITTER_API_URL: {
      type: baseUrl,
      default: 'https://api.x.com',
      docs: 'API of Twitter; https in production, unless it is on this machine.',
    },
    UPSTREAM_TIMEOUT: {
      type: duration('1s', '15s'),
      default: '8s',
      docs: 'Maximum time that one check waits for GitHub and Twitter.',
    },
    UPSTREAM_CONNECTIONS: {
      type: integer(1, 256),
      default: '16',
      docs: 'Maximum number of connections to each of them.',
    },
  },
  Log: {
    LOG_LEVEL: {
      type: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
      default: 'info',
      docs: 'Least severe level that is logged.',
    },
    LOG_FORMAT: {
      type: oneOf('auto', 'json', 'pretty'),
      default: 'auto',
      docs: 'Format of the log. `auto` is `pretty` in development and `json` in production.',
    },
  },
} as const satisfies Record<string, Record<string, Setting>>;

type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (whole: infer All) => void
  ? All
  : never;
type Table = Intersection<(typeof SETTINGS_BY_GROUP)[keyof typeof SETTINGS_BY_GROUP]>;

export type SettingName = keyof Table;

/** Every setting by name. */
export const SETTINGS = Object.assign({}, ...Object.values(SETTINGS_BY_GROUP)) as Table;

/** The value of each setting; `undefined` only where there is neither a value nor a default. */
export type Settings = {
  readonly [Name in SettingName]: Table[Name]['type'] extends SettingType<infer Value>
    ? Value | (Table[Name]['default'] extends string ? never : undefined)
    : never;
};
