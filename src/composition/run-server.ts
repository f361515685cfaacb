import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../adapters/driving/cli/command-failed.ts';
import { EXIT } from '../adapters/driving/cli/exit-codes.ts';
import { cannotStart, startOrTell } from './cannot-start.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { crash } from './crash.ts';
import { Departure } from './departure.ts';
import { greet } from './greeting.ts';
import type { Environment } from './setting-reader.ts';
import { toldToStop } from './told-to-stop.ts';

export type RunOptions = Readonly<{ env: () => Environment; wipeFirst: boolean }>;

/**
 * Runs the service until SIGTERM or SIGINT.
 * @returns the exit code: 0 after an orderly stop, 2 where the settings cannot be used, 1 where something broke
 */
export const runServer = async ({ env, wipeFirst }: RunOptions): Promise<number> => {
  const stopSignal = toldToStop();
  let config: Config;
  try {
    config = readConfig(env(), { wipeFirst });
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof CommandFailed)) throw error;
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

  const why = await Promise.race([stopSignal, crash(logger)]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const departure = new Departure(service, config.shutdownGraceMs);
  if (why === 'crash') departure.becauseOfCrash();
  departure.announce();
  if (why !== 'crash') await sleep(config.shutdownDelayMs);
  return departure.finish();
};
