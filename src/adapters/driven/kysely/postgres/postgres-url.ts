import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { Secret } from '../../../../domain/shared/secret.ts';
import { hasControlCharacters } from '../../../../domain/shared/unicode.ts';

/** How far the server must prove who it is: `off` is no TLS at all, `none` is TLS with anybody. */
type Proof = 'off' | 'none' | 'chain' | 'chain and name';

/** Where the database is, and as whom it is used. */
export type PostgresAddress = Readonly<{
  /** A name, an address, or the folder of a socket. */
  host: string;
  port: number;
  database: string;
  user: string;
  password: Secret | undefined;
  tls: Readonly<{ proof: Proof; authorities?: string }>;
  applicationName: string;
  /** Options for the server's start of a session, as some hosts want them. */
  options?: string;
}>;

/** What is wrong with the URL. Quotes nothing of it. */
export class PostgresUrlError extends Error {
  override readonly name = 'PostgresUrlError';
}

/** The usual words for TLS (`sslmode`). `allow` and `prefer` promise nothing, so they are not among them. */
const PROOFS: Readonly<Record<string, Proof>> = {
  disable: 'off',
  require: 'none',
  'verify-ca': 'chain',
  'verify-full': 'chain and name',
};

const KNOWN = ['sslmode', 'sslrootcert', 'application_name', 'options'];

/** The form that all of it has. */
export const POSTGRES_FORM = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE';

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`, each part percent-encoded.
 * @throws {PostgresUrlError}
 */
export const postgresAddressFrom = (databaseUrl: string): PostgresAddress => {
  const url = URL.parse(databaseUrl);
  if (url === null) throw new PostgresUrlError(`DATABASE_URL cannot be read; it looks like ${POSTGRES_FORM}.`);
  const [host, user, password, database] = [url.hostname, url.username, url.password, url.pathname.slice(1)].map(
    decoded,
  );
  if (host === undefined || user === undefined || password === undefined || database === undefined) {
    throw new PostgresUrlError('DATABASE_URL holds a % that is no percent-encoding; a % itself is written %25.');
  }
  if (host === '' || user === '' || database === '' || database.includes('/')) {
    throw new PostgresUrlError(`DATABASE_URL must name a user, a host and a database, as in ${POSTGRES_FORM}.`);
  }
  if (hasControlCharacters(host + user + password + database) || url.hash !== '' || url.port === '0') {
    throw new PostgresUrlError(`DATABASE_URL cannot be read; it looks like ${POSTGRES_FORM}.`);
  }
  const words = wordsOf(url.searchParams);
  return {
    host: bare(host),
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    user,
    password: password === '' ? undefined : new Secret(password),
    tls: tlsFrom(words),
    applicationName: words.get('application_name') ?? 'guildhall',
    ...(words.has('options') ? { options: words.get('options') as string } : {}),
  };
};

const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
};

const bare = (host: string): string => {
  const inside = host.replace(/^\[|\]$/g, '');
  return isIPv6(inside) ? inside : host;
};

// What we do not know might be meant to protect somebody.
const wordsOf = (parameters: URLSearchParams): ReadonlyMap<string, string> => {
  const words = new Map(parameters);
  if ([...words.keys()].every((word) => KNOWN.includes(word)) && words.size === [...parameters.keys()].length) {
    return words;
  }
  throw new PostgresUrlError(`DATABASE_URL may say ${KNOWN.join(', ')} after its ?, each once, and nothing else.`);
};

const tlsFrom = (words: ReadonlyMap<string, string>): PostgresAddress['tls'] => {
  const [mode, file] = [words.get('sslmode') ?? 'disable', words.get('sslrootcert')];
  const proof = PROOFS[mode];
  if (proof === undefined) {
    throw new PostgresUrlError(`DATABASE_URL: sslmode must be one of ${Object.keys(PROOFS).join(', ')}.`);
  }
  if (file === undefined || file === 'system') return { proof };
  if (proof === 'off') throw new PostgresUrlError('DATABASE_URL: sslrootcert needs a sslmode that uses TLS.');
  // As elsewhere: who names authorities wants them asked.
  return { proof: proof === 'none' ? 'chain' : proof, authorities: contentOf(file) };
};

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new PostgresUrlError('DATABASE_URL: sslrootcert names a file that cannot be read.');
  }
};
