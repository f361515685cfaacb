import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { type ToPrimary, type ToWorker, WORKER_ID_VARIABLE } from './cluster-messages.ts';

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
