import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Unit: seconds. From a look-up in the store to a password hash behind a long queue. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The process's own figures, in Prometheus' form. One a process; nothing is sent anywhere, it is only read. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #queries: Histogram<'kind'>;
  readonly #letters: Counter<'result'>;
  readonly #upstreamCalls: Counter<'upstream' | 'result'>;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer, by route template',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.#queries = new Histogram({
      name: 'store_query_duration_seconds',
      help: 'Time of a query to the store, by kind',
      labelNames: ['kind'],
      buckets: BUCKETS,
      registers,
    });
    this.#letters = new Counter({
      name: 'mail_letters_total',
      help: 'Letters that left the outbox or stayed, by result',
      labelNames: ['result'],
      registers,
    });
    this.#upstreamCalls = new Counter({
      name: 'upstream_calls_total',
      help: 'Calls to services of others, by service and result',
      labelNames: ['upstream', 'result'],
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.observe({ method, route, status }, seconds);
  }

  observeQuery(kind: string, durationMs: number): void {
    this.#queries.observe({ kind }, durationMs / 1000);
  }

  countLetters(result: string, count: number): void {
    if (count > 0) this.#letters.inc({ result }, count);
  }

  countUpstreamCall(upstream: string, result: string): void {
    this.#upstreamCalls.inc({ upstream, result });
  }

  /** Read when somebody asks, not before. */
  watchHashing(hasher: { readonly active: number; readonly waiting: number }): void {
    const registers = [this.#registry];
    new Gauge({
      name: 'password_hashing_active',
      help: 'Password hashes being made now',
      registers,
      collect() {
        this.set(hasher.active);
      },
    });
    new Gauge({
      name: 'password_hashing_waiting',
      help: 'Password hashes waiting for their turn',
      registers,
      collect() {
        this.set(hasher.waiting);
      },
    });
  }

  async render(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}
