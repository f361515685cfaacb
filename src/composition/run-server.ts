import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../adapters/driving/cli/exit-codes.ts';
import { cannotStart, startOrTell } from './cannot-start.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { placeOf } from './postgres-fault.ts';
import { type Service, startService } from './service.ts';
import { crash } from './crash.ts';
import { Departure } from './departure.ts';
import { greet } from './greeting.ts';
import type { Environment } from './setting-reader.ts';
import { toldToStop } from './told-to-stop.ts';

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
  if (config.workers === 1) return runAlone(config, { stopSignal, wipeFirst });
  // Loaded only where there are several: who runs alone starts as fast as ever.
  const { runCrew } = await import('./run-crew.ts');
  return runCrew(config, { stopSignal, wipeFirst });
};

const runAlone = async (
  config: Config,
  { stopSignal, wipeFirst }: Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>,
): Promise<number> => {
  const started = await startOrTell(config, { wipeFirst });
  if (typeof started === 'number') return started;
  const { service, address } = started;
  const { logger, sampleUsers } = service;
  greet(logger, config, { address, sampleUsers });

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
  const why = await Promise.race([stopSignal, crash(logger)]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const departure = new Departure(service, config.shutdownGraceMs);
  if (why === 'crash') departure.becauseOfCrash();
  departure.announce();
  if (why !== 'crash') await sleep(config.shutdownDelayMs);
  return departure.finish();
};
