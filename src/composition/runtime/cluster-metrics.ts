import { setTimeout as sleep } from 'node:timers/promises';
import { type MetricSamples, renderMerged } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A worker that has not answered by then is left out. Unit: ms. */
const TIMEOUT_MS = 1_000;

/** The metrics of all workers in one response, whichever of them was asked. */
export class ClusterMetrics {
  readonly #workers: () => readonly WorkerProcess[];
  readonly #pending = new Map<number, (samples: MetricSamples) => void>();
  #lastId = 0;

  /** @param workers those that serve */
  constructor(workers: () => readonly WorkerProcess[]) {
    this.#workers = workers;
  }

  receive({ id, samples }: Readonly<{ id: number; samples: MetricSamples }>): void {
    this.#pending.get(id)?.(samples);
  }

  /** Sends the metrics of all to the worker that asked for them. */
  async sendTo(worker: WorkerProcess, id: number): Promise<void> {
    const samples = await Promise.all(this.#workers().map((each) => this.#get(each)));
    const text = await renderMerged(samples.filter((each) => each !== undefined));
    worker.send({ kind: 'cluster-metrics', id, text });
  }

  async #get(worker: WorkerProcess): Promise<MetricSamples | undefined> {
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<MetricSamples>();
    this.#pending.set(id, resolve);
    worker.send({ kind: 'get-metrics', id });
    const samples = await Promise.race([promise, sleep(TIMEOUT_MS, undefined, { ref: false })]);
    this.#pending.delete(id);
    return samples;
  }
}
