import { readFileSync } from 'node:fs';
import pgConnectionString from 'pg-connection-string';
import { Secret } from '../../../../domain/shared/secret.ts';
import { hasControlCharacters } from '../../../../domain/shared/unicode.ts';

/** How the server proves its identity: `off` is no TLS at all, `none` is TLS with any server. */
type Proof = 'off' | 'none' | 'chain' | 'chain and name';

/** Where the database is, and the user to connect as. */
export type PostgresAddress = Readonly<{
  /** Servers to try in this order. A host is a name, an IP address, or the folder of a socket. */
  hosts: readonly Readonly<{ host: string; port: number }>[];
  database: string;
  user: string;
  password: Secret | undefined;
  /** `isOptional`: without TLS where the server has none. */
  tls: Readonly<{ proof: Proof; isOptional?: boolean; authorities?: string }>;
  /** Skips servers that only accept reads. */
  needsWritable: boolean;
  connectTimeoutMs: number;
  applicationName: string;
  /** Options for the server's start of a session, which some providers need. */
  options?: string;
}>;

/** The message completes "DATABASE_URL …" and quotes nothing of the URL, which may contain a password. */
export class PostgresUrlError extends Error {
  override readonly name = 'PostgresUrlError';
}

/** The values of `sslmode`. */
const TLS_MODES: Readonly<Record<string, PostgresAddress['tls']>> = {
  disable: { proof: 'off' },
  prefer: { proof: 'none', isOptional: true },
  require: { proof: 'none' },
  'verify-ca': { proof: 'chain' },
  'verify-full': { proof: 'chain and name' },
};

/** The values of `target_session_attrs` with which the service can write. */
const NEEDS_WRITABLE: Readonly<Record<string, boolean>> = { any: false, 'read-write': true, primary: true };

/** A parameter that is not among these may be meant to protect the connection, so it is an error. */
const PARAMETERS = [
  ...['sslmode', 'sslrootcert', 'application_name', 'options', 'target_session_attrs', 'connect_timeout'],
  ...['host', 'port', 'user', 'password'],
];

const DEFAULT_PORT = 5432;
const DEFAULT_CONNECT_TIMEOUT_S = 5;
const MAX_CONNECT_TIMEOUT_S = 600;

export const POSTGRES_FORM = 'postgres://USER:PASSWORD@HOST:PORT/DATABASE';

const URL_PARTS = /^postgres(?:ql)?:\/\/(?:([^/?#]*)@)?([^/?#]*)(?:\/([^/?#]*))?(?:\?([^#]*))?$/i;

/**
 * Reads `postgres://user:password@host:port,host:port/database?sslmode=…`, each part percent-encoded, as libpq does.
 * @throws {PostgresUrlError}
 */
export const postgresAddressFrom = (databaseUrl: string): PostgresAddress => {
  const parts = URL_PARTS.exec(databaseUrl);
  if (parts === null) throw new PostgresUrlError(`must look like ${POSTGRES_FORM}.`);
  const [, credentials = '', authority = '', database = '', query = ''] = parts;
  if (/%(?![0-9a-f]{2})/i.test(databaseUrl)) throw badPercentEncoding();
  const parameters = parametersFrom(query);
  const login = new URLSearchParams([...parameters].filter(([name]) => name === 'user' || name === 'password'));
  const servers = serversFrom(authority, parameters).map((server) => parsed(`${credentials}@${server}/?${login}`));
  const { user = '', password = '' } = servers[0] ?? {};
  const address = {
    hosts: servers.map(({ host, port }) => ({ host: host ?? '', port: Number(port || DEFAULT_PORT) })),
    database: decoded(database),
    user,
  };
  const names = [address.database, user, ...address.hosts.map(({ host }) => host)];
  if (names.includes('')) {
    throw new PostgresUrlError(`must name a user, a host and a database, as in ${POSTGRES_FORM}.`);
  }
  if (hasControlCharacters(names.join('') + password) || address.hosts.some(({ port }) => port === 0)) {
    throw new PostgresUrlError(`must look like ${POSTGRES_FORM}.`);
  }
  return {
    ...address,
    password: password === '' ? undefined : new Secret(password),
    tls: tlsFrom(parameters),
    needsWritable: oneOf(NEEDS_WRITABLE, 'target_session_attrs', parameters.get('target_session_attrs') ?? 'any'),
    connectTimeoutMs: connectTimeoutFrom(parameters.get('connect_timeout')),
    applicationName: parameters.get('application_name') ?? 'guildhall',
    ...(parameters.has('options') ? { options: parameters.get('options') as string } : {}),
  };
};

const parametersFrom = (query: string): ReadonlyMap<string, string> => {
  const list = new URLSearchParams(query);
  const parameters = new Map(list);
  if ([...parameters.keys()].every((name) => PARAMETERS.includes(name)) && parameters.size === list.size) {
    return parameters;
  }
  throw new PostgresUrlError(`may have the parameters ${PARAMETERS.join(', ')}, each once, and no others.`);
};

/** Hosts and ports in the form of a URL, from the parameters `host` and `port` where they are set. */
const serversFrom = (authority: string, parameters: ReadonlyMap<string, string>): readonly string[] => {
  const [hosts, ports] = [parameters.get('host')?.split(','), parameters.get('port')?.split(',')];
  if (hosts === undefined && ports === undefined) return authority.split(',');
  const servers = hosts?.map((host) => (host.includes(':') ? `[${host}]` : encodeURIComponent(host)));
  const list = servers ?? authority.split(',');
  if (ports === undefined) return list;
  if (ports.length !== 1 && ports.length !== list.length)
    throw new PostgresUrlError('must have as many ports as hosts.');
  return list.map((host, index) => `${host}:${ports[index] ?? ports[0]}`);
};

const parsed = (server: string) => {
  try {
    return pgConnectionString.parse(`postgres://${server}`);
  } catch (error) {
    if (error instanceof URIError) throw badPercentEncoding();
    throw new PostgresUrlError(`must look like ${POSTGRES_FORM}.`);
  }
};

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badPercentEncoding();
  }
};

const badPercentEncoding = (): PostgresUrlError =>
  new PostgresUrlError('contains a % that is no percent-encoding; write a % itself as %25.');

const tlsFrom = (parameters: ReadonlyMap<string, string>): PostgresAddress['tls'] => {
  const file = parameters.get('sslrootcert');
  const mode = parameters.get('sslmode') ?? (file === 'system' ? 'verify-full' : 'disable');
  const tls = oneOf(TLS_MODES, 'sslmode', mode);
  if (file === undefined) return tls;
  if (file === 'system') {
    // As in libpq: anyone gets a certificate of a public authority, for a name of their own.
    if (mode === 'verify-full') return tls;
    throw new PostgresUrlError('has sslrootcert=system, which needs sslmode=verify-full.');
  }
  if (tls.proof === 'off') throw new PostgresUrlError('has an sslrootcert, which needs an sslmode that uses TLS.');
  // As in libpq: naming authorities asks for a certificate of theirs.
  return { ...tls, proof: tls.proof === 'none' ? 'chain' : tls.proof, authorities: contentOf(file) };
};

const connectTimeoutFrom = (text = String(DEFAULT_CONNECT_TIMEOUT_S)): number => {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= MAX_CONNECT_TIMEOUT_S) return Number(text) * 1000;
  throw new PostgresUrlError(`must have a connect_timeout of 1 to ${MAX_CONNECT_TIMEOUT_S} whole seconds.`);
};

const oneOf = <Value>(values: Readonly<Record<string, Value>>, parameter: string, key: string): Value => {
  if (Object.hasOwn(values, key)) return values[key] as Value;
  throw new PostgresUrlError(`must have one of ${Object.keys(values).join(', ')} as ${parameter}.`);
};

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new PostgresUrlError('has an sslrootcert that names a file that cannot be read.');
  }
};
