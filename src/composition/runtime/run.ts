import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import { type Config, type Environment, readConfig } from '../config/config.ts';
import { ConfigError } from '../config/setting-types.ts';
import { EXIT_SHARE, GracefulShutdown, shutdownSignal, uncaughtException } from './graceful-shutdown.ts';
import { startOrExit } from './service.ts';
import { failStartup, printBanner } from './startup-messages.ts';

type RunOptions = Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>;

/**
 * Runs the service until SIGTERM or SIGINT.
 * @returns the exit code: 0 after a graceful shutdown, 2 where the configuration is invalid, 1 after a failure
 */
export const runServer = async ({
  env,
  wipeFirst,
}: Readonly<{ env: () => Environment | Promise<Environment>; wipeFirst: boolean }>): Promise<number> => {
  const options = { stopSignal: shutdownSignal(), wipeFirst };
  let config: Config;
  try {
    config = readConfig(await env(), { wipeFirst });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return failStartup(error.messages, EXIT.usage);
  }
  // Printed emails and the banner are lost on a full disk, as lines of the log are; the service goes on.
  if (config.smtp === undefined || config.log.format === 'pretty') process.stdout.on('error', () => {});
  if (config.workers === 1) return runStandalone(config, options);
  // Loaded only where there are several processes.
  const { default: cluster } = await import('node:cluster');
  if (cluster.isWorker) return (await import('./worker.ts')).runWorker(config, options);
  return (await import('./cluster.ts')).runPrimary(config, options);
};

const runStandalone = async (config: Config, { stopSignal, wipeFirst }: RunOptions): Promise<number> => {
  let hasStarted = false;
  // A start may wait for the migrations of another process longer than a supervisor does for the end of this one.
  void stopSignal.then(() => {
    if (!hasStarted) setTimeout(() => process.exit(EXIT.done), config.shutdownGraceMs * EXIT_SHARE).unref();
  });
  const started = await startOrExit(config, { wipeFirst });
  hasStarted = true;
  if (typeof started === 'number') return started;
  const { service, address } = started;
  const { logger, sampleUsers, sealing } = service;
  const samplePassword = await service.samplePassword();
  printBanner(logger, config, { address, sampleUsers, samplePassword, sealing });

  const why = await Promise.race([stopSignal, uncaughtException(logger)]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const shutdown = new GracefulShutdown(service, config.shutdownGraceMs);
  if (why === 'crash') shutdown.fail();
  shutdown.announce();
  if (why !== 'crash') await sleep(config.shutdownDelayMs);
  return shutdown.finish();
};
