import { databaseStartupError, rootOf } from '../../adapters/driven/kysely/database-startup-errors.ts';
import type { Config } from '../config/config.ts';

/** @returns a message for the operator: why the service could not start */
export const startupError = (
  error: unknown,
  { host, port, store }: Pick<Config, 'host' | 'port' | 'store'>,
): string => {
  const { code = '', syscall = '' } = rootOf(error) as NodeJS.ErrnoException;
  // In a worker the primary binds the socket, and its errors name that call.
  const isListening = ['listen', 'bind'].includes(syscall);
  if (isListening && code === 'EADDRINUSE') {
    return `Something listens on ${host}:${port} already; set PORT to another.`;
  }
  if (isListening || syscall === 'getaddrinfo') {
    return `It cannot listen on ${host}:${port} (${code}); set HOST or PORT to another.`;
  }
  return storeError(error, store);
};

/** @returns a message for the operator: why the store could not be used */
export const storeError = (error: unknown, store: Parameters<typeof databaseStartupError>[1]): string => {
  const root = rootOf(error);
  return databaseStartupError(error, store) ?? (root instanceof Error ? root.message : String(root));
};

/** Prints why the service cannot start. @returns the exit code */
export const failStartup = (messages: readonly string[], exitCode: number): number => {
  // The channel to a primary, where there is one, would keep the process alive.
  process.channel?.unref();
  process.stderr.write(`Guildhall cannot start:\n${messages.map((message) => `  - ${message}\n`).join('')}`);
  return exitCode;
};
