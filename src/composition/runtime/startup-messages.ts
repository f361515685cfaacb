import type { Logger } from 'pino';
import {
  databaseStartupError,
  placeOf,
  rootOf,
  type StoreLocation,
} from '../../adapters/driven/kysely/database-startup-errors.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Config } from '../config/config.ts';
import type { Ready } from './worker-process.ts';

type Started = Omit<Ready, 'kind'>;

/** Prints and logs the address of the service, and settings that an operator should check. */
export const printBanner = (logger: Pick<Logger, 'info' | 'warn'>, config: Config, started: Started): void => {
  const { mode, smtp, log, licenses, workers } = config;
  const { address, sealing } = started;
  if (log.format === 'pretty' && mode === 'development') process.stdout.write(banner(config, started));
  logger.info({ event: 'sys_startup', mode, address, ...(workers > 1 && { workers }) }, 'started');
  if (config.administrationIsOpen) logger.warn('administration is open to every caller: ADMIN_API_KEY is not set');
  if (config.upstreams.twitterApp === undefined) {
    logger.info('developer pairs cannot be checked: no Twitter credentials are set');
  }
  if (mode === 'production' && smtp === undefined)
    logger.warn('emails are printed to this log: MAIL_URL names no SMTP server');
  if (mode === 'production' && config.publicUrl === undefined) {
    logger.warn('emails contain tokens without links: PUBLIC_URL is not set');
  }
  if (mode === 'production' && licenses.keySecret === undefined) {
    logger.warn('no license files are issued: LICENSE_KEY_SECRET is not set');
  }
  if (sealing.unopened > 0) {
    const { unopened, keyId } = sealing;
    logger.warn(
      { unopened, keyId },
      'secrets in the store cannot be opened: SEALING_KEY is not the key that encrypted them; set the earlier one, or set it as SEALING_KEY_OLD',
    );
  } else if (sealing.keyId === undefined) {
    const why =
      mode === 'production'
        ? 'neither SEALING_KEY nor LICENSE_KEY_SECRET is set'
        : 'the file license-key-secret is damaged, or others can read it';
    logger.warn(`secrets cannot be encrypted in the store: ${why}`);
  }
};

const banner = (config: Config, { address: listening, sampleUsers, samplePassword }: Started): string => {
  const address = config.publicUrl ?? listening;
  const { store, smtp, servesDocs, hasPages, isThrottled } = config;
  const samples = sampleUsers > 0 ? `, with ${sampleUsers} sample users` : '';
  const lines = [
    'Guildhall runs in development mode.',
    '',
    ...(hasPages ? [`  Console                ${address}/console`] : []),
    ...(samplePassword === undefined ? [] : [`  Log in with            admin@example.com, password ${samplePassword}`]),
    ...(servesDocs ? [`  API documentation      ${address}/docs   (or ${address}/redoc)`] : []),
    `  Store                  ${placeOfStore(store)}${samples}`,
    `  Email                  ${smtp === undefined ? 'printed to this console' : `sent by ${smtp.host}`}`,
    '',
    'Open because this is development:',
    ...(config.administrationIsOpen ? ['  - every caller may administer: ADMIN_API_KEY is not set'] : []),
    '  - reset tokens are returned in the response, not only sent by email',
    ...(isThrottled ? [] : ['  - guessing is not limited: THROTTLE is off']),
    '',
    'Try it:',
    `  curl -i ${address}/register -H 'content-type: application/json' \\`,
    `    -d '{"email":"ada@example.com","password":"correct horse battery","age":36,"name":"Ada"}'`,
    '',
    'Stop it with Ctrl-C. For production set NODE_ENV=production; .env.example lists every setting.',
  ];
  return `\n${lines.join('\n')}\n\n`;
};

const placeOfStore = (store: Config['store']): string => {
  if (store.kind === 'postgres') return placeOf(store.address);
  return store.kind === 'memory' ? 'in memory, gone at exit' : store.path;
};

/** @returns a message for the operator: why the service could not start */
export const startupError = (
  error: unknown,
  { host, port, store }: Pick<Config, 'host' | 'port' | 'store'>,
): string => {
  // Of the store, whose host may not exist either.
  if (error instanceof PortError) return storeError(error, store);
  const { code = '', syscall = '' } = (error ?? {}) as NodeJS.ErrnoException;
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
export const storeError = (error: unknown, store: StoreLocation): string => {
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
