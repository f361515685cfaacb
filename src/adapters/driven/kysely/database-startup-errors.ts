import { PortError } from '../../../ports/port-error.ts';
import { SESSION_SETTINGS } from './database-errors.ts';
import type { PostgresAddress } from './postgres/postgres-url.ts';

/** Location of a store, as the settings name it. */
export type StoreLocation =
  | Readonly<{ kind: 'sqlite'; path: string }>
  | Readonly<{ kind: 'postgres'; address: PostgresAddress }>
  | Readonly<{ kind: 'memory' }>;

/** Hosts, ports and database, without credentials. */
export const placeOf = ({ hosts, database }: PostgresAddress): string =>
  `${hosts.map(({ host, port }) => `${host}:${port}`).join(',')}/${database}`;

/** @returns why the database cannot be used, for an operator; `undefined` where the error is not one of the database */
export const databaseStartupError = (error: unknown, store: StoreLocation): string | undefined => {
  if (store.kind === 'postgres') return postgresStartupError(error, store.address);
  if (store.kind === 'memory') return undefined;
  const { code = '', syscall = '' } = rootOf(error) as NodeJS.ErrnoException;
  return OWN_CODES.test(code) || FILE_CALLS.has(syscall) ? sqliteStartupError(store.path, code) : undefined;
};

/** @param code of SQLite, or of the file system where its folder cannot be created */
export const sqliteStartupError = (path: string, code: string): string => {
  // SQLite has extended codes, such as SQLITE_READONLY_DIRECTORY.
  const known = Object.keys(SQLITE_FAULTS).find((fault) => code === fault || code.startsWith(`${fault}_`));
  return `The store ${path} cannot be used: ${SQLITE_FAULTS[known ?? ''] ?? code}.`;
};

/**
 * The kind of failure for a command: a wrong address stays wrong, while an unavailable database may be back.
 */
export const databaseFailureOf = (error: unknown): 'wrong address' | 'unavailable' | 'broken' => {
  const isUnavailable = error instanceof PortError;
  const { code = '' } = (rootOf(error) ?? {}) as { code?: string };
  if (WRONG_CREDENTIALS.test(code) || (!isUnavailable && WRONG_PATH.test(code))) return 'wrong address';
  return isUnavailable || code.startsWith('SQLITE_BUSY') ? 'unavailable' : 'broken';
};

const WRONG_CREDENTIALS = /^(?:28000|28P01|3D000|3F000|42501)$/;

const WRONG_PATH = /^(?:EACCES|EEXIST|ELOOP|ENOENT|ENOTDIR|EPERM|EROFS|SQLITE_(?:CANTOPEN|NOTADB|READONLY).*)$/;

/** The error of the database or the system behind an error of the port. */
export const rootOf = (error: unknown): unknown =>
  error instanceof PortError && error.cause !== undefined ? error.cause : error;

const postgresStartupError = (error: unknown, address: PostgresAddress): string | undefined => {
  const cause = error instanceof PortError && error.code === 'store.unavailable' ? error.cause : error;
  const { code = '', message = '' } = (cause ?? {}) as { code?: string; message?: string };
  const subject = `The database ${placeOf(address)} cannot be used:`;
  // An error that did not pass the pool is one of the database only where it has an SQLSTATE.
  if (cause === error && !/^[0-9A-Z]{5}$/.test(code)) return undefined;
  if (code === SESSION_SETTINGS) return `${subject} ${message}.`;
  if (code in POSTGRES_FAULTS) return `${subject} ${POSTGRES_FAULTS[code]} (${code}).`;
  if (cause === error) return undefined;
  if (TLS.test(`${code} ${message}`)) return `${subject} it does not support TLS, or its certificate is not trusted.`;
  return `${subject} ${code === '' ? 'it does not answer' : code}.`;
};

const TLS = /SSL|TLS|CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

const POSTGRES_FAULTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ENOENT: 'the socket does not exist',
  '25006': 'the server only accepts reads',
  '28000': 'the server rejects that user from this address',
  '28P01': 'the user or password is wrong, or the URL has no password',
  '3D000': 'there is no database of that name',
  '3F000': 'there is no schema to create tables in; check search_path',
  '42501': 'the user lacks the permission; it must own the database',
  '53300': 'it accepts no more connections',
  '57P03': 'it is starting or stopping',
};

const FILE_CALLS = new Set(['mkdir', 'open', 'stat', 'access']);

const OWN_CODES = /^(?:SQLITE_.*|FILE_REPLACED|NOT_PRIVATE)$/;

const SQLITE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'its folder cannot be entered or created',
  EEXIST: 'what should be its folder is a file',
  ELOOP: 'its symbolic links form a loop',
  ENOENT: 'its folder cannot be created',
  ENOTDIR: 'what should be its folder is a file',
  EPERM: 'its folder cannot be entered or created',
  EROFS: 'its folder is on a read-only disk',
  FILE_REPLACED: 'the file, or its -wal or -shm, was moved, deleted or replaced while it was open',
  NOT_PRIVATE: 'others on this machine can read or change it; run chmod 600 on it',
  SQLITE_BUSY: 'another process keeps it locked',
  SQLITE_CANTOPEN: 'it cannot be opened; it must be a file that the user of this process can read and write',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_FULL: 'the disk is full',
  // A disk without room for the index of the log.
  SQLITE_IOERR_SHMSIZE: 'the disk is full',
  SQLITE_IOERR: 'the disk reports an error',
  SQLITE_NOTADB: 'the file is no SQLite database',
  SQLITE_READONLY: 'the file is read-only',
};
