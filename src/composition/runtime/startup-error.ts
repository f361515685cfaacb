import { postgresStartupError } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config } from '../config/config.ts';

/** A sentence for whoever operates this: why it could not start, or not do what it was told. */
export const startupError = (
  error: unknown,
  { host, port, store }: Pick<Config, 'host' | 'port' | 'store'>,
): string => {
  const inDatabase = store.kind === 'postgres' ? postgresStartupError(error, store.address) : undefined;
  if (inDatabase !== undefined) return inDatabase;
  const root = error instanceof PortError && error.cause !== undefined ? error.cause : error;
  const { code = '', syscall = '', message } = root as NodeJS.ErrnoException;
  // A worker hears it from its primary, in other words.
  const isListening = ['listen', 'bind'].includes(syscall);
  if (isListening && code === 'EADDRINUSE') {
    return `Something listens on ${host}:${port} already; set PORT to another.`;
  }
  if (isListening || syscall === 'getaddrinfo') {
    return `It cannot listen on ${host}:${port} (${code}); set HOST or PORT to another.`;
  }
  if (store.kind === 'sqlite' && (code.startsWith('SQLITE_') || FOLDER_CALLS.has(syscall))) {
    return unusable(store.path, code);
  }
  return root instanceof Error ? message : String(root);
};

/** @param code of SQLite, or of the file system where it was asked for the folder */
export const unusable = (path: string, code: string): string =>
  `The store ${path} cannot be used: ${storeFault(code)}.`;

/** SQLite says more than we tell apart: SQLITE_READONLY_DIRECTORY is a file that may only be read. */
const storeFault = (code: string): string => {
  const known = Object.keys(STORE_FAULTS).find((fault) => code === fault || code.startsWith(`${fault}_`));
  return known === undefined ? code : (STORE_FAULTS[known] ?? code);
};

const FOLDER_CALLS = new Set(['mkdir', 'open', 'stat', 'access']);

const STORE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: 'its folder may not be entered or made',
  EEXIST: 'what should be its folder is a file',
  ENOENT: 'its folder cannot be made',
  ENOTDIR: 'what should be its folder is a file',
  EPERM: 'its folder may not be entered or made',
  EROFS: 'its folder is on a disk that may only be read',
  SQLITE_BUSY: 'another process keeps it locked',
  SQLITE_CANTOPEN: 'it cannot be opened; it must be a file that whoever runs this may read and write',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_FULL: 'the disk is full',
  SQLITE_IOERR: 'the disk gave out',
  SQLITE_NOTADB: 'the file is no SQLite database',
  SQLITE_READONLY: 'the file may only be read',
};
