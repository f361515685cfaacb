import cluster from 'node:cluster';
import { createLogger } from '../adapters/driven/logging/logger.ts';
import { EXIT } from '../adapters/driving/cli/exit-codes.ts';
import { cannotStart } from './cannot-start.ts';
import type { Config } from './config.ts';
import { crash } from './crash.ts';
import { Crew } from './crew.ts';
import { greet } from './greeting.ts';

type CrewOptions = Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>;

/** In the first process the primary, in those it starts a worker. @returns the exit code */
export const runCrew = async (config: Config, options: CrewOptions): Promise<number> => {
  if (cluster.isPrimary) return runPrimary(config, options);
  const { runWorker } = await import('./run-worker.ts');
  return runWorker(config, options);
};

const runPrimary = async (config: Config, { stopSignal, wipeFirst }: CrewOptions): Promise<number> => {
  const logger = createLogger(config.log);
  const crew = new Crew({ size: config.workers, graceMs: config.shutdownGraceMs, logger });
  const crashed = crash(logger);
  const started = crew.start({ wipeFirst });
  process.on('SIGHUP', async () => {
    if (typeof (await started) === 'number') return;
    logger.info('replacing the workers one by one');
    void crew.replaceAll();
  });
  const first = await Promise.race([started, stopSignal, crashed]);
  if (typeof first === 'number') return first;
  if (typeof first === 'object') greet(logger, config, first);

  const why = await Promise.race([stopSignal, crashed, crew.hopeless]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const exitCode = await crew.stop(why === 'crash' || why === 'hopeless' ? 0 : config.shutdownDelayMs);
  if (why === 'hopeless') {
    return cannotStart(['Its workers die when they start, one after the other; it was given up.'], EXIT.failed);
  }
  logger.info('all workers have ended');
  return why === 'crash' ? EXIT.failed : exitCode;
};
