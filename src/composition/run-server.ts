import { EXIT } from '../adapters/driving/cli/exit-codes.ts';
import { firstScreen } from '../adapters/driving/cli/first-screen.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { placeOf } from './postgres-fault.ts';
import { type Service, startService } from './service.ts';
import type { Environment } from './setting-reader.ts';
import { toldToStop } from './told-to-stop.ts';
import { whyNot } from './why-not.ts';

export type RunOptions = Readonly<{ env: Environment; wipeFirst: boolean }>;

/**
 * Runs the service until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 2 where the settings cannot be used, 1 where something broke
 */
export const runServer = async ({ env, wipeFirst }: RunOptions): Promise<number> => {
  const stopSignal = toldToStop();
  let config: Config;
  try {
    config = readConfig(env, { wipeFirst });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return cannotStart(error.sentences, EXIT.usage);
  }
  let service: Service | undefined;
  try {
    service = await startService(config, { wipeFirst });
    greet(service, config, await service.listen());
  } catch (error) {
    await service?.close();
    return cannotStart([whyNot(error, config)], EXIT.failed);
  }
  return runUntil(stopSignal, service, config.shutdownGraceMs);
};

const cannotStart = (sentences: readonly string[], exitCode: number): number => {
  process.stderr.write(`Guildhall cannot start:\n${sentences.map((sentence) => `  - ${sentence}\n`).join('')}`);
  return exitCode;
};

const greet = ({ logger, sampleUsers }: Service, config: Config, address: string): void => {
  const { mode, adminKey, servesDocs, isThrottled, store, smtp, log, licenses } = config;
  const isAdministrationOpen = mode === 'development' && adminKey === undefined;
  if (log.format === 'pretty' && mode === 'development') {
    process.stdout.write(
      firstScreen({
        address,
        store: placeOfStore(store),
        mail: smtp === undefined ? 'printed here, on the console' : `sent by ${smtp.host}`,
        sampleUsers,
        isAdministrationOpen,
        isThrottled,
        servesDocs,
      }),
    );
  }
  logger.info({ event: 'sys_startup', mode, address }, 'started');
  if (isAdministrationOpen) logger.warn('administration is open to everybody: no ADMIN_API_KEY is set');
  if (config.upstreams.twitterApp === undefined)
    logger.info('developer pairs cannot be checked: no key for Twitter is set');
  if (mode === 'production' && smtp === undefined) logger.warn('letters are printed here: MAIL_URL is not set');
  if (mode === 'production' && licenses.keySecret === undefined) {
    logger.warn('no license files are given out: LICENSE_KEY_SECRET is not set');
  }
};

const placeOfStore = (store: Config['store']): string => {
  if (store.kind === 'postgres') return placeOf(store.address);
  return store.kind === 'memory' ? 'in memory, gone at exit' : store.path;
};

const runUntil = async (stopSignal: Promise<string>, service: Service, graceMs: number): Promise<number> => {
  const { logger } = service;
  let exitCode: number = EXIT.done;
  const crashed = Promise.withResolvers<string>();
  // After an error nobody caught we cannot know what state we are in: tell it, finish, and let somebody restart us.
  const crash = (err: unknown): void => {
    logger.fatal({ event: 'sys_crash', err }, 'an error that nobody caught');
    exitCode = EXIT.failed;
    crashed.resolve('crash');
  };
  process.on('uncaughtException', crash);

  const why = await Promise.race([stopSignal, crashed.promise]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const { server } = service.app;
  // Who was still being served would keep the connection for the next request, and us waiting for it.
  const doorman = setInterval(() => server.closeIdleConnections(), 50);
  const impatience = setTimeout(() => {
    logger.warn('some requests did not finish in time; their connections are cut');
    server.closeAllConnections();
  }, graceMs * 0.85);
  // What was cut off may still compute, or a letter be under way: who started us would kill us in a moment.
  setTimeout(() => {
    logger.warn('some work did not finish in time; it is given up');
    process.exit(exitCode);
  }, graceMs * 0.9).unref();
  try {
    await service.close();
    logger.info('stopped');
  } catch (err) {
    logger.error({ err }, 'not everything could be closed');
    exitCode = EXIT.failed;
  }
  clearInterval(doorman);
  clearTimeout(impatience);
  return exitCode;
};
