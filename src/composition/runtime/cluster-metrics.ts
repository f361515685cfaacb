import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricSamples } from '../../adapters/driven/prometheus/prometheus-metrics.ts';
import type { ClusterWorker } from './cluster-worker.ts';

/** Who does not answer within this is left out. Unit: ms. */
const LONGEST_WAIT_MS = 1_000;

/** The figures of all workers in one answer, whichever of them was asked. */
export class ClusterMetrics {
  readonly #serving: () => readonly ClusterWorker[];
  readonly #waiting = new Map<number, (figures: MetricSamples) => void>();
  #lastQuestion = 0;

  constructor(serving: () => readonly ClusterWorker[]) {
    this.#serving = serving;
  }

  hear({ question, figures }: Readonly<{ question: number; figures: MetricSamples }>): void {
    this.#waiting.get(question)?.(figures);
  }

  async gatherFor(asker: ClusterWorker, question: number): Promise<void> {
    const told = await Promise.all(this.#serving().map((member) => this.#ask(member)));
    // A primary that nobody asks for figures need not know how to write them.
    const { mergeMetrics } = await import('../../adapters/driven/prometheus/merge-metrics.ts');
    const text = await mergeMetrics(told.filter((figures) => figures !== undefined));
    asker.tell({ kind: 'all-figures', question, text });
  }

  async #ask(member: ClusterWorker): Promise<MetricSamples | undefined> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    const answer = new Promise<MetricSamples>((resolve) => this.#waiting.set(question, resolve));
    member.tell({ kind: 'tell-figures', question });
    const figures = await Promise.race([answer, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    this.#waiting.delete(question);
    return figures;
  }
}
