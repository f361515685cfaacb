import { databaseStartupError } from '../../adapters/driven/kysely/database-startup-errors.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config } from '../config/config.ts';

/** A sentence for whoever operates this: why it could not start, or not do what it was told. */
export const startupError = (
  error: unknown,
  { host, port, store }: Pick<Config, 'host' | 'port' | 'store'>,
): string => {
  const inDatabase = databaseStartupError(error, store);
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
  return root instanceof Error ? message : String(root);
};
