import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import type { MetricSamples } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import type { SealingState } from '../../application/system/check-sealing-key.ts';

/** From a worker to the primary. */
export type ToPrimary =
  | Readonly<{
      kind: 'ready';
      address: string;
      sampleUsers: number;
      samplePassword: string | undefined;
      sealing: SealingState;
    }>
  | Readonly<{ kind: 'stopped-listening' }>
  /** Answered with `cluster-metrics`. */
  | Readonly<{ kind: 'get-cluster-metrics'; id: number }>
  | Readonly<{ kind: 'metrics'; id: number; samples: MetricSamples }>;

/** From the primary to a worker. */
export type ToWorker =
  /** Readiness reports 503; nothing else changes. */
  | Readonly<{ kind: 'announce-shutdown' }>
  /** Answered with `stopped-listening`. */
  | Readonly<{ kind: 'stop-listening' }>
  | Readonly<{ kind: 'shut-down' }>
  /** Answered with `metrics`. */
  | Readonly<{ kind: 'get-metrics'; id: number }>
  | Readonly<{ kind: 'cluster-metrics'; id: number; text: string }>;

/** Environment variable that holds the id of a worker in its process. */
export const WORKER_ID_VARIABLE = 'GUILDHALL_WORKER';

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));

export type Ready = Extract<ToPrimary, { kind: 'ready' }>;

/** One worker, as its primary sees it. */
export class WorkerProcess {
  /** 1 to the number of workers. A worker that replaces another has its id. */
  readonly id: number;
  /** `undefined`: it ended before it was ready. */
  readonly ready: Promise<Ready | undefined>;
  /** Resolves at its end too. */
  readonly stoppedListening: Promise<unknown>;
  /** With the exit code; 1 where it was killed. */
  readonly exited: Promise<number>;
  readonly #worker: Worker;
  #isReady = false;
  #isStopping = false;

  constructor(id: number, args: readonly string[], onMessage: (from: WorkerProcess, message: ToPrimary) => void) {
    this.id = id;
    cluster.setupPrimary({ exec: MAIN, args: [...args] });
    this.#worker = cluster.fork({ [WORKER_ID_VARIABLE]: String(id) });
    // A message to a worker that has just ended; `exited` reports that.
    this.#worker.on('error', () => {});
    this.exited = new Promise((resolve) => {
      this.#worker.on('exit', (code, signal) => {
        this.#isReady = false;
        resolve(signal === null ? code : 1);
      });
    });
    const ready = Promise.withResolvers<Ready>();
    const stoppedListening = Promise.withResolvers<void>();
    this.#worker.on('message', (message: ToPrimary) => {
      if (message.kind === 'stopped-listening') stoppedListening.resolve();
      else if (message.kind === 'ready') {
        this.#isReady = true;
        ready.resolve(message);
      } else onMessage(this, message);
    });
    this.ready = Promise.race([ready.promise, this.exited.then(() => undefined)]);
    this.stoppedListening = Promise.race([stoppedListening.promise, this.exited]);
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** It is ready and has not ended, though it may be about to. */
  get isReady(): boolean {
    return this.#isReady && this.#worker.isConnected();
  }

  /** It serves and is to go on serving. */
  get isServing(): boolean {
    return this.#isReady && !this.#isStopping;
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  send(message: ToWorker): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  /** Its end is expected from now on. */
  announceShutdown(): void {
    this.#isStopping = true;
    this.send({ kind: 'announce-shutdown' });
  }

  shutDown(): void {
    this.#isStopping = true;
    this.send({ kind: 'shut-down' });
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
