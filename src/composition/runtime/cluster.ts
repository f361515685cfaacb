import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createLogger } from '../../adapters/driven/logging/logger.ts';
import { type MetricSamples, renderMerged } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import { EXIT } from '../../adapters/driving/cli/exit-codes.ts';
import type { Config } from '../config/config.ts';
import { uncaughtException } from './graceful-shutdown.ts';
import { failStartup, printBanner } from './startup-messages.ts';
import { type Ready, type ToPrimary, WorkerProcess } from './worker-process.ts';

/** A worker that died is respawned at once; while workers die at their start, after a growing delay. Unit: ms. */
const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 30_000;

/** Consecutive failed starts, with no worker left that serves, after which the cluster has failed. */
const MAX_FAILED_STARTS = 5;

/** Maximum time for all workers to stop listening. Unit: ms. */
const STOP_LISTENING_MS = 1_000;

/** A worker that has not reported its metrics by then is left out of them. Unit: ms. */
const METRICS_TIMEOUT_MS = 1_000;

/**
 * Workers that share one listening socket. A worker that dies is respawned; {@link restart} replaces all of them one by
 * one, each new one serving before the old one stops; {@link stop} stops all of them together.
 */
export class WorkerCluster {
  readonly #size: number;
  readonly #graceMs: number;
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #workers = new Set<WorkerProcess>();
  readonly #metrics = new ClusterMetrics(
    () => this.#reporting(),
    (err) => this.#logger.warn({ err }, 'failed to merge the metrics of the workers'),
  );
  readonly #failed = Promise.withResolvers<'failed'>();
  #failedStarts = 0;
  #hasStarted = false;
  #isStopping = false;
  #restarting: Promise<void> | undefined;
  #mustRestartAgain = false;

  constructor(options: { size: number; graceMs: number; logger: Pick<Logger, 'info' | 'warn' | 'error'> }) {
    this.#size = options.size;
    this.#graceMs = options.graceMs;
    this.#logger = options.logger;
  }

  /** Resolves where no worker serves and none will. */
  get failed(): Promise<'failed'> {
    return this.#failed.promise;
  }

  /**
   * Spawns the first worker alone, which migrates the store, and then the others.
   * @returns the report of the first; where it could not start and has printed why, its exit code
   */
  async start({ wipeFirst }: { wipeFirst: boolean }): Promise<Ready | number> {
    const first = this.#spawn(1, wipeFirst ? ['--reset'] : []);
    const ready = await first.ready;
    if (ready === undefined) return first.exited;
    this.#hasStarted = true;
    if (this.#isStopping) return ready;
    const others = Array.from({ length: this.#size - 1 }, (_, index) => this.#spawn(index + 2));
    await Promise.all(others.map((worker) => worker.ready));
    return ready;
  }

  /** Called during a restart, it restarts once more afterwards: a change made meanwhile must not be missed. */
  restart(): Promise<void> {
    this.#mustRestartAgain = this.#restarting !== undefined;
    this.#restarting ??= this.#replaceOneByOne().finally(() => {
      this.#restarting = undefined;
      if (this.#mustRestartAgain) void this.restart();
    });
    return this.#restarting;
  }

  /** @returns 0 where every worker that had started ended with 0, else 1 */
  async stop(delayMs: number): Promise<number> {
    this.#isStopping = true;
    const workers = [...this.#workers];
    const deadline = setTimeout(() => {
      for (const worker of this.#workers) worker.kill();
    }, this.#graceMs * 0.95);
    for (const worker of workers) worker.announceShutdown();
    await sleep(delayMs);
    // All of them first: a client whose connection one closes would else connect to another that is about to stop.
    for (const worker of workers) worker.send({ kind: 'stop-listening' });
    await Promise.race([
      Promise.all(workers.map(({ stoppedListening }) => stoppedListening)),
      sleep(STOP_LISTENING_MS, undefined, { ref: false }),
    ]);
    for (const worker of workers) worker.shutDown();
    // One that is still starting may wait for the migrations of another process; it can be killed.
    const codes = await Promise.all(
      workers.map(async ({ ready, exited }) => ((await ready) === undefined ? EXIT.done : exited)),
    );
    clearTimeout(deadline);
    return codes.every((code) => code === 0) ? 0 : 1;
  }

  #serving(): readonly WorkerProcess[] {
    return [...this.#workers].filter(({ isServing }) => isServing);
  }

  /** Also those that drain. A worker hides its replacement, whose metrics have the same label. */
  #reporting(): readonly WorkerProcess[] {
    const ready = [...this.#workers].filter(({ isReady }) => isReady);
    return ready.filter((worker) => ready.find(({ id }) => id === worker.id) === worker);
  }

  #spawn(id: number, args: readonly string[] = []): WorkerProcess {
    const worker = new WorkerProcess(id, args, (from, message) => this.#receive(from, message));
    const fields = { worker: id, worker_pid: worker.pid };
    this.#workers.add(worker);
    let hasServed = false;
    void worker.ready.then((ready) => {
      if (ready === undefined) return;
      hasServed = true;
      this.#failedStarts = 0;
      this.#logger.info(fields, 'worker is ready');
    });
    void worker.exited.then((code) => {
      this.#workers.delete(worker);
      if (!this.#hasStarted || worker.isStopping || this.#isStopping) return;
      this.#logger.error({ event: 'sys_crash', ...fields, code }, 'worker died');
      if (!hasServed) this.#failedStarts += 1;
      void this.#respawn(id);
    });
    return worker;
  }

  async #respawn(id: number): Promise<void> {
    if (this.#failedStarts >= MAX_FAILED_STARTS && this.#serving().length === 0) return this.#failed.resolve('failed');
    const delayMs = this.#failedStarts === 0 ? 0 : FIRST_DELAY_MS * 2 ** (this.#failedStarts - 1);
    await sleep(Math.min(delayMs, MAX_DELAY_MS));
    const isTaken = [...this.#workers].some((worker) => worker.id === id && !worker.isStopping);
    if (!isTaken && !this.#isStopping) this.#spawn(id);
  }

  async #replaceOneByOne(): Promise<void> {
    this.#mustRestartAgain = false;
    for (const old of this.#serving()) {
      if (this.#isStopping || !old.isServing) continue;
      const replacement = this.#spawn(old.id);
      if ((await replacement.ready) === undefined) {
        this.#logger.error({ worker: old.id }, 'new worker failed to start; the old workers continue');
        return;
      }
      old.shutDown();
      const deadline = setTimeout(() => old.kill(), this.#graceMs);
      await old.exited;
      clearTimeout(deadline);
    }
    if (!this.#isStopping) this.#logger.info({ event: 'sys_restart' }, 'all workers replaced');
  }

  #receive(from: WorkerProcess, message: ToPrimary): void {
    if (message.kind === 'metrics') this.#metrics.receive(message);
    else if (message.kind === 'get-cluster-metrics') void this.#metrics.sendTo(from, message.id);
  }
}

/** The metrics of all workers in one response, whichever of them was asked. */
class ClusterMetrics {
  readonly #workers: () => readonly WorkerProcess[];
  readonly #onFailed: (error: unknown) => void;
  readonly #pending = new Map<number, (samples: MetricSamples) => void>();
  #lastId = 0;

  /** @param workers those that report, each with an id of its own */
  constructor(workers: () => readonly WorkerProcess[], onFailed: (error: unknown) => void) {
    this.#workers = workers;
    this.#onFailed = onFailed;
  }

  receive({ id, samples }: Readonly<{ id: number; samples: MetricSamples }>): void {
    this.#pending.get(id)?.(samples);
  }

  /** Sends the metrics of all to the worker that asked for them; none, where they cannot be merged. */
  async sendTo(worker: WorkerProcess, id: number): Promise<void> {
    const samples = await Promise.all(this.#workers().map((each) => this.#get(each)));
    const text = await renderMerged(samples.filter((each) => each !== undefined)).catch((error) => {
      this.#onFailed(error);
      return '';
    });
    worker.send({ kind: 'cluster-metrics', id, text });
  }

  async #get(worker: WorkerProcess): Promise<MetricSamples | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<MetricSamples>();
    this.#pending.set(id, resolve);
    worker.send({ kind: 'get-metrics', id });
    const samples = await Promise.race([promise, sleep(METRICS_TIMEOUT_MS, undefined, { ref: false })]);
    this.#pending.delete(id);
    return samples;
  }
}

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
