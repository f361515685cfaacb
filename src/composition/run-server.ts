import { EXIT } from '../adapters/driving/cli/exit-codes.ts';
import { firstScreen } from '../adapters/driving/cli/first-screen.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type Service, startService } from './service.ts';
import type { Environment } from './setting-reader.ts';

export type RunOptions = Readonly<{ env: Environment; wipeFirst: boolean }>;

/**
 * Runs the service until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 2 where the settings cannot be used, 1 where something broke
 */
export const runServer = async ({ env, wipeFirst }: RunOptions): Promise<number> => {
  let config: Config;
  try {
    config = readConfig(env);
    if (wipeFirst && config.mode === 'production') throw new ConfigError(['--reset is refused in production.']);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`Guildhall cannot start:\n${error.sentences.map((fault) => `  - ${fault}\n`).join('')}`);
    return EXIT.usage;
  }
  let service: Service | undefined;
  try {
    service = await startService(config, { wipeFirst });
    const stopped = untilStopped(service);
    greet(service, config, await service.listen());
    return await stopped(config.shutdownGraceMs);
  } catch (error) {
    process.stderr.write(`Guildhall cannot start:\n  - ${whyNot(error, config)}\n`);
    await service?.close();
    return EXIT.failed;
  }
};

const greet = ({ logger, sampleUsers }: Service, config: Config, address: string): void => {
  const { mode, adminKey, servesDocs, store, smtp, log, licenses } = config;
  const isAdministrationOpen = mode === 'development' && adminKey === undefined;
  if (log.format === 'pretty' && mode === 'development') {
    process.stdout.write(
      firstScreen({
        address,
        store: store.kind === 'memory' ? 'in memory, gone at exit' : store.path,
        mail: smtp === undefined ? 'printed here, on the console' : `sent by ${smtp.host}`,
        sampleUsers,
        isAdministrationOpen,
        servesDocs,
      }),
    );
  }
  logger.info({ event: 'sys_startup', mode, address }, 'started');
  if (isAdministrationOpen) logger.warn('administration is open to everybody: no ADMIN_API_KEY is set');
  if (mode === 'production' && smtp === undefined) logger.warn('letters are printed here: MAIL_URL is not set');
  if (mode === 'production' && licenses.keySecret === undefined) {
    logger.warn('no license files are given out: LICENSE_KEY_SECRET is not set');
  }
};

/** Listens for the end from now on, so that a signal during the start is not lost. */
const untilStopped = (service: Service): ((graceMs: number) => Promise<number>) => {
  const { promise, resolve } = Promise.withResolvers<{ why: string; exitCode: number }>();
  const { logger } = service;
  process.once('SIGTERM', () => resolve({ why: 'SIGTERM', exitCode: EXIT.done }));
  process.once('SIGINT', () => resolve({ why: 'SIGINT', exitCode: EXIT.done }));
  // After an error nobody caught we cannot know what state we are in: tell it, finish, and let somebody restart us.
  const crash = (err: unknown) => {
    logger.fatal({ event: 'sys_crash', err }, 'an error that nobody caught');
    resolve({ why: 'crash', exitCode: EXIT.failed });
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  return async (graceMs) => {
    const { why, exitCode } = await promise;
    logger.info({ event: 'sys_shutdown', why }, 'stopping');
    const impatience = setTimeout(() => {
      logger.warn('some requests did not finish in time; their connections are cut');
      service.app.server.closeAllConnections();
    }, graceMs * 0.9);
    await service.close();
    clearTimeout(impatience);
    logger.info('stopped');
    return exitCode;
  };
};

const whyNot = (error: unknown, { host, port, store }: Config): string => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return `Something listens on ${host}:${port} already; set PORT to another.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') return `It may not listen on ${host}:${port}; set HOST or PORT.`;
  if (code?.startsWith('SQLITE_') && store.kind === 'sqlite')
    return `The store ${store.path} cannot be opened (${code}).`;
  return error instanceof Error ? `${error.message}` : String(error);
};
