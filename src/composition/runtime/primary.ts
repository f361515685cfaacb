import { createLogger } from '../../adapters/driven/logging/logger.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config } from '../config/config.ts';
import { WorkerCluster } from './cluster.ts';
import { uncaughtException } from './shutdown-signal.ts';
import { printBanner } from './startup-banner.ts';
import { failStartup } from './startup-errors.ts';

/** Starts the workers and supervises them until `stopSignal`. @returns the exit code */
export const runPrimary = async (
  config: Config,
  { stopSignal, wipeFirst }: Readonly<{ stopSignal: Promise<string>; wipeFirst: boolean }>,
): Promise<number> => {
  const logger = createLogger(config.log);
  const cluster = new WorkerCluster({ size: config.workers, graceMs: config.shutdownGraceMs, logger });
  const crash = uncaughtException(logger);
  const started = cluster.start({ wipeFirst });
  process.on('SIGHUP', async () => {
    if (typeof (await started) === 'number') return;
    logger.info('replacing all workers one by one');
    void cluster.restart();
  });
  const first = await Promise.race([started, stopSignal, crash]);
  if (typeof first === 'number') return first;
  if (typeof first === 'object') printBanner(logger, config, first);

  const why = await Promise.race([stopSignal, crash, cluster.failed]);
  logger.info({ event: 'sys_shutdown', why }, 'stopping');
  const exitCode = await cluster.stop(why === 'crash' || why === 'failed' ? 0 : config.shutdownDelayMs);
  if (why === 'failed') return failStartup(['Its workers repeatedly ended while they started.'], EXIT.failed);
  logger.info('all workers stopped');
  return why === 'crash' ? EXIT.failed : exitCode;
};
