/** One line of the text form, as prom-client writes it out. */
export type Sample = Readonly<{
  metricName?: string;
  labels: Readonly<Record<string, string | number>>;
  value: number;
}>;

type Series = { readonly labels: Readonly<Record<string, string | number>>; readonly counts: number[]; sum: number };

/**
 * A histogram that costs next to nothing to add to: two are added to at every request, and prom-client's own sorts and
 * joins the labels each time.
 */
export class Histogram {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  /** @param bounds upper ends of the buckets, rising; one without an end comes after them */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
  }

  /** @param key tells the labels from all others; they are looked at when it is new */
  observe(key: string, seconds: number, labels: () => Series['labels']): void {
    let series = this.#series.get(key);
    if (series === undefined) {
      series = { labels: labels(), counts: new Array(this.#bounds.length + 1).fill(0), sum: 0 };
      this.#series.set(key, series);
    }
    let bucket = 0;
    while (bucket < this.#bounds.length && seconds > (this.#bounds[bucket] as number)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] as number) + 1;
    series.sum += seconds;
  }

  async get() {
    const { name, help, type } = this;
    return {
      name,
      help,
      type,
      aggregator: 'sum',
      values: [...this.#series.values()].flatMap((one) => this.#samples(one)),
    };
  }

  #samples({ labels, counts, sum }: Series): Sample[] {
    let total = 0;
    const buckets = counts.map((count, index) => {
      total += count;
      return {
        metricName: `${this.name}_bucket`,
        labels: { le: this.#bounds[index] ?? '+Inf', ...labels },
        value: total,
      };
    });
    return [
      ...buckets,
      { metricName: `${this.name}_sum`, labels, value: sum },
      { metricName: `${this.name}_count`, labels, value: total },
    ];
  }
}
