import { EventEmitter, on, once } from 'node:events';
import type { Config } from '../config/config.ts';
import { GracefulShutdown, uncaughtException } from './graceful-shutdown.ts';
import { startOrExit } from './service.ts';
import { type ToPrimary, type ToWorker, WORKER_ID_VARIABLE } from './worker-process.ts';

/**
 * Serves until the primary sends `shut-down`. Signals are left to the primary: a terminal sends Ctrl-C to every process,
 * and a worker that ended by itself would be respawned.
 * @returns the exit code
 */
export const runWorker = async (config: Config, { wipeFirst }: { wipeFirst: boolean }): Promise<number> => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => {});
  const received = new EventEmitter().setMaxListeners(0);
  process.on('message', (message: ToWorker) => received.emit(message.kind, message));
  // Each may arrive before the service has started.
  const announced = once(received, 'announce-shutdown');
  const stopListening = once(received, 'stop-listening');
  const shutDown = once(received, 'shut-down').then(() => 'shut-down' as const);

  const id = process.env[WORKER_ID_VARIABLE] ?? '';
  const cluster = { workerId: id, render: () => clusterMetrics(received) };
  const started = await startOrExit(config, { wipeFirst, cluster });
  if (typeof started === 'number') return started;
  const { service, address } = started;
  const { logger, sampleUsers, sealing } = service;
  const shutdown = new GracefulShutdown(service, config.shutdownGraceMs);
  void announced.then(() => shutdown.announce());
  void stopListening.then(async () => {
    await shutdown.stopListening();
    send({ kind: 'stopped-listening' });
  });
  received.on('get-metrics', async ({ id }) => {
    const samples = await service.metrics().catch((err) => {
      logger.warn({ err }, 'failed to read the metrics of a worker');
      return [];
    });
    send({ kind: 'metrics', id, samples });
  });
  const samplePassword = await service.samplePassword();
  send({ kind: 'ready', address, sampleUsers, samplePassword, sealing });

  const why = await Promise.race([shutDown, uncaughtException(logger)]);
  logger.info({ event: 'sys_shutdown', why, worker: id }, 'stopping');
  if (why === 'crash') shutdown.fail();
  const exitCode = await shutdown.finish();
  // The channel to the primary would keep the process alive.
  process.channel?.unref();
  return exitCode;
};

const send = (message: ToPrimary): void => {
  process.send?.(message);
};

let lastId = 0;

/** @returns the metrics of all workers, which the primary collects */
const clusterMetrics = async (received: EventEmitter): Promise<string> => {
  lastId += 1;
  const id = lastId;
  const responses = on(received, 'cluster-metrics');
  send({ kind: 'get-cluster-metrics', id });
  for await (const [response] of responses) if (response.id === id) return response.text;
  return '';
};
