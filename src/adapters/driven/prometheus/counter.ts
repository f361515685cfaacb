import type { Sample } from './histogram.ts';

type Labels = Readonly<Record<string, string>>;

/** Numbers by labels: counted up, set, or read when somebody asks. */
export class Counter {
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly #read: (() => number) | undefined;
  readonly #samples = new Map<string, { labels: Labels; value: number }>();

  /** @param read for a single number without labels that somebody else keeps */
  constructor(type: 'counter' | 'gauge', name: string, help: string, read?: () => number) {
    this.type = type;
    this.name = name;
    this.help = help;
    this.#read = read;
  }

  add(labels: Labels, value = 1): void {
    const sample = this.#sampleOf(labels);
    sample.value += value;
  }

  set(labels: Labels, value: number): void {
    this.#sampleOf(labels).value = value;
  }

  async get() {
    const { name, help, type } = this;
    const values: Sample[] =
      this.#read === undefined ? [...this.#samples.values()] : [{ labels: {}, value: this.#read() }];
    return { name, help, type, aggregator: 'sum', values };
  }

  #sampleOf(labels: Labels): { value: number } {
    const key = Object.values(labels).join('\n');
    const known = this.#samples.get(key);
    if (known !== undefined) return known;
    const fresh = { labels, value: 0 };
    this.#samples.set(key, fresh);
    return fresh;
  }
}
