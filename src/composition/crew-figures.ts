import { setTimeout as sleep } from 'node:timers/promises';
import type { Figures } from '../adapters/driven/prometheus/prometheus-metrics.ts';
import type { CrewMember } from './crew-member.ts';

/** Who does not answer within this is left out. Unit: ms. */
const LONGEST_WAIT_MS = 1_000;

/** The figures of all workers in one answer, whichever of them was asked. */
export class CrewFigures {
  readonly #serving: () => readonly CrewMember[];
  readonly #waiting = new Map<number, (figures: Figures) => void>();
  #lastQuestion = 0;

  constructor(serving: () => readonly CrewMember[]) {
    this.#serving = serving;
  }

  hear({ question, figures }: Readonly<{ question: number; figures: Figures }>): void {
    this.#waiting.get(question)?.(figures);
  }

  async gatherFor(asker: CrewMember, question: number): Promise<void> {
    const told = await Promise.all(this.#serving().map((member) => this.#ask(member)));
    // A primary that nobody asks for figures need not know how to write them.
    const { mergeFigures } = await import('../adapters/driven/prometheus/merge-figures.ts');
    const text = await mergeFigures(told.filter((figures) => figures !== undefined));
    asker.tell({ kind: 'all-figures', question, text });
  }

  async #ask(member: CrewMember): Promise<Figures | undefined> {
    this.#lastQuestion += 1;
    const question = this.#lastQuestion;
    const answer = new Promise<Figures>((resolve) => this.#waiting.set(question, resolve));
    member.tell({ kind: 'tell-figures', question });
    const figures = await Promise.race([answer, sleep(LONGEST_WAIT_MS, undefined, { ref: false })]);
    this.#waiting.delete(question);
    return figures;
  }
}
