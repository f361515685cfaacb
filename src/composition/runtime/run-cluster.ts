import cluster from 'node:cluster';
import { createLogger } from '../../adapters/driven/logging/logger.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config } from '../config/config.ts';
import { WorkerCluster } from './cluster.ts';
import { crash } from './crash.ts';
import { failStartup } from './start-or-exit.ts';
import { printBanner } from './startup-banner.ts';

type CrewOptions = Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>;

/** In the first process the primary, in those it starts a worker. @returns the exit code */
export const runCluster = async (config: Config, options: CrewOptions): Promise<number> => {
  if (cluster.isPrimary) return runPrimary(config, options);
  const { runWorker } = await import('./run-worker.ts');
  return runWorker(config, options);
};

const runPrimary = async (config: Config, { stopSignal, wipeFirst }: CrewOptions): Promise<number> => {
  const logger = createLogger(config.log);
  const crew = new WorkerCluster({ size: config.workers, graceMs: config.shutdownGraceMs, logger });
  const crashed = crash(logger);
  const started = crew.start({ wipeFirst });
  process.on('SIGHUP', async () => {
    if (typeof (await started) === 'number') return;
    logger.info('replacing the workers one by one');
    void crew.replaceAll();
  });
  const first = await Promise.race([started, stopSignal, crashed]);
  if (typeof first === 'number') return first;
  if (typeof first === 'object') printBanner(logger, config, first);

  const why = await Promise.race([stopSignal, crashed, crew.hopeless]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const exitCode = await crew.stop(why === 'crash' || why === 'hopeless' ? 0 : config.shutdownDelayMs);
  if (why === 'hopeless') {
    return failStartup(['Its workers die when they start, one after the other; it was given up.'], EXIT.failed);
  }
  logger.info('all workers have ended');
  return why === 'crash' ? EXIT.failed : exitCode;
};
