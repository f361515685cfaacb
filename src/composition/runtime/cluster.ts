import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Report } from './cluster-messages.ts';
import { ClusterMetrics } from './cluster-metrics.ts';
import { ClusterWorker, type Ready } from './cluster-worker.ts';

/** Pauses before a worker that died is replaced: at once, then longer each time one dies at its start. Unit: ms. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/** So many deaths at the start in a row, with nobody left who serves, and there is no sense in going on. */
const HOPELESS = 5;

/** How long the doors of all may take to be shut. Unit: ms. */
const DOORS_MS = 1_000;

/**
 * Workers that share one listening socket. Who dies is replaced; all are replaced one by one at {@link replaceAll},
 * each new one serving before the old one leaves; and all leave together at {@link stop}.
 */
export class WorkerCluster {
  readonly #size: number;
  readonly #graceMs: number;
  readonly #logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly #members = new Set<ClusterWorker>();
  readonly #figures: ClusterMetrics;
  readonly #hopeless = Promise.withResolvers<'hopeless'>();
  #failedStarts = 0;
  #hasStarted = false;
  #isStopping = false;
  #replacing: Promise<void> | undefined;
  #isReplacingAgain = false;

  constructor(options: { size: number; graceMs: number; logger: Pick<Logger, 'info' | 'warn' | 'error'> }) {
    this.#size = options.size;
    this.#graceMs = options.graceMs;
    this.#logger = options.logger;
    this.#figures = new ClusterMetrics(() => [...this.#members].filter(({ isServing }) => isServing));
  }

  /** Nobody serves and nobody will. */
  get hopeless(): Promise<'hopeless'> {
    return this.#hopeless.promise;
  }

  /**
   * The first worker alone, which brings the store up to date; then the others.
   * @returns what the first said, or the exit code where it could not start; it has told why
   */
  async start({ wipeFirst }: { wipeFirst: boolean }): Promise<Ready | number> {
    const first = this.#hire(1, wipeFirst ? ['--reset'] : []);
    const ready = await first.ready;
    if (ready === undefined) return first.ended;
    this.#hasStarted = true;
    if (this.#isStopping) return ready;
    const others = Array.from({ length: this.#size - 1 }, (_, index) => this.#hire(index + 2));
    await Promise.all(others.map((member) => member.ready));
    return ready;
  }

  /** Asked while it is still at it, it begins once more afterwards: what is new now must not be missed. */
  replaceAll(): Promise<void> {
    this.#isReplacingAgain = this.#replacing !== undefined;
    this.#replacing ??= this.#replaceOneByOne().finally(() => {
      this.#replacing = undefined;
      if (this.#isReplacingAgain) void this.replaceAll();
    });
    return this.#replacing;
  }

  /** @returns 0 where every worker ended in order, else 1 */
  async stop(delayMs: number): Promise<number> {
    this.#isStopping = true;
    const members = [...this.#members];
    const impatience = setTimeout(() => {
      for (const member of this.#members) member.kill();
    }, this.#graceMs * 0.95);
    for (const member of members) {
      member.expectLeave();
      member.tell({ kind: 'announce-stop' });
    }
    await sleep(delayMs);
    // All doors first: else who is told by one to come anew would stand before another that is about to shut.
    for (const member of members) member.tell({ kind: 'shut-door' });
    await Promise.race([Promise.all(members.map(({ doorShut }) => doorShut)), sleep(DOORS_MS)]);
    for (const member of members) member.leave();
    const codes = await Promise.all(members.map(({ ended }) => ended));
    clearTimeout(impatience);
    return codes.every((code) => code === 0) ? 0 : 1;
  }

  #hire(place: number, args: readonly string[] = []): ClusterWorker {
    const member = new ClusterWorker(place, { args, onReport: (from, report) => this.#hear(from, report) });
    this.#members.add(member);
    let hasServed = false;
    void member.ready.then((ready) => {
      if (ready === undefined) return;
      hasServed = true;
      this.#failedStarts = 0;
      this.#logger.info({ worker: place, worker_pid: member.pid }, 'a worker serves');
    });
    void member.ended.then((code) => {
      this.#members.delete(member);
      if (!this.#hasStarted || member.isLeaving || this.#isStopping) return;
      this.#logger.error({ event: 'sys_crash', worker: place, worker_pid: member.pid, code }, 'a worker died');
      if (!hasServed) this.#failedStarts += 1;
      void this.#refill(place);
    });
    return member;
  }

  async #refill(place: number): Promise<void> {
    const isServed = [...this.#members].some(({ isServing }) => isServing);
    if (!isServed && this.#failedStarts >= HOPELESS) return this.#hopeless.resolve('hopeless');
    const pauseMs = this.#failedStarts === 0 ? 0 : FIRST_PAUSE_MS * 2 ** this.#failedStarts;
    await sleep(Math.min(pauseMs, LONGEST_PAUSE_MS));
    const isTaken = [...this.#members].some((member) => member.place === place && !member.isLeaving);
    if (!isTaken && !this.#isStopping) this.#hire(place);
  }

  async #replaceOneByOne(): Promise<void> {
    this.#isReplacingAgain = false;
    for (const old of [...this.#members].filter(({ isServing }) => isServing)) {
      if (this.#isStopping || !old.isServing) continue;
      const fresh = this.#hire(old.place);
      if ((await fresh.ready) === undefined) {
        this.#logger.error({ worker: old.place }, 'a new worker does not start; the old ones stay');
        return;
      }
      old.leave();
      const impatience = setTimeout(() => old.kill(), this.#graceMs);
      await old.ended;
      clearTimeout(impatience);
    }
    if (!this.#isStopping) this.#logger.info({ event: 'sys_restart' }, 'all workers were replaced');
  }

  #hear(from: ClusterWorker, report: Report): void {
    if (report.kind === 'figures') this.#figures.hear(report);
    else if (report.kind === 'figures-wanted') void this.#figures.gatherFor(from, report.question);
  }
}
