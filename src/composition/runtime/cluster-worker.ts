import cluster, { type Worker } from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { type Order, type Report, WORKER_ID_VARIABLE } from './cluster-messages.ts';

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));

/** What a worker said when it was ready. */
export type Ready = Readonly<{ address: string; sampleUsers: number }>;

/** One worker, as its primary sees it. */
export class ClusterWorker {
  /** 1 to the size of the crew. A worker that comes for another takes its place. */
  readonly place: number;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<Ready | undefined>();
  readonly #doorShut = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<number>();
  #isReady = false;
  #isLeaving = false;

  constructor(
    place: number,
    { args, onReport }: { args: readonly string[]; onReport: (member: ClusterWorker, report: Report) => void },
  ) {
    this.place = place;
    cluster.setupPrimary({ exec: MAIN, args: [...args] });
    this.#worker = cluster.fork({ [WORKER_ID_VARIABLE]: String(place) });
    // A message to a worker that has just died; its end is told in another way.
    this.#worker.on('error', () => {});
    this.#worker.on('message', (report: Report) => {
      if (report.kind === 'ready') {
        this.#isReady = true;
        this.#ready.resolve(report);
      } else if (report.kind === 'door-shut') this.#doorShut.resolve();
      else onReport(this, report);
    });
    this.#worker.on('exit', (code, signal) => {
      this.#isReady = false;
      this.#ready.resolve(undefined);
      this.#doorShut.resolve();
      this.#ended.resolve(signal === null ? code : 1);
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Does it serve, and is it to stay? */
  get isServing(): boolean {
    return this.#isReady && !this.#isLeaving;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** `undefined`: it ended before. */
  get ready(): Promise<Ready | undefined> {
    return this.#ready.promise;
  }

  get doorShut(): Promise<void> {
    return this.#doorShut.promise;
  }

  /** With its exit code; 1 where it was killed. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  tell(order: Order): void {
    if (this.#worker.isConnected()) this.#worker.send(order);
  }

  leave(): void {
    this.expectLeave();
    this.tell({ kind: 'leave' });
  }

  /** What comes to its end must not be taken for dead. */
  expectLeave(): void {
    this.#isLeaving = true;
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
