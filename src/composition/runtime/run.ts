import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Environment } from '../config/config.ts';
import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { crash } from './crash.ts';
import { GracefulShutdown } from './graceful-shutdown.ts';
import { shutdownSignal } from './shutdown-signal.ts';
import { failStartup, startOrExit } from './start-or-exit.ts';
import { printBanner } from './startup-banner.ts';

export type RunOptions = Readonly<{ env: () => Environment; wipeFirst: boolean }>;

/**
 * Runs the service until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 2 where the settings cannot be used, 1 where something broke
 */
export const runServer = async ({ env, wipeFirst }: RunOptions): Promise<number> => {
  const stopSignal = shutdownSignal();
  let config: Config;
  try {
    config = readConfig(env(), { wipeFirst });
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CommandFailed)) throw error;
    return failStartup(error.messages, EXIT.usage);
  }
  if (config.workers === 1) return runAlone(config, { stopSignal, wipeFirst });
  // Loaded only where there are several: who runs alone starts as fast as ever.
  const { runCluster } = await import('./run-cluster.ts');
  return runCluster(config, { stopSignal, wipeFirst });
};

const runAlone = async (
  config: Config,
  { stopSignal, wipeFirst }: Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>,
): Promise<number> => {
  const started = await startOrExit(config, { wipeFirst });
  if (typeof started === 'number') return started;
  const { service, address } = started;
  const { logger, sampleUsers } = service;
  printBanner(logger, config, { address, sampleUsers });

  const why = await Promise.race([stopSignal, crash(logger)]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const departure = new GracefulShutdown(service, config.shutdownGraceMs);
  if (why === 'crash') departure.becauseOfCrash();
  departure.announce();
  if (why !== 'crash') await sleep(config.shutdownDelayMs);
  return departure.finish();
};
