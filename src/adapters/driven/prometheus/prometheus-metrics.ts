import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Unit: seconds. From a look-up in the store to a password hash behind a long queue. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The process's own figures, in Prometheus' form. One a process; nothing is sent anywhere, it is only read. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #refused: Counter<'code'>;
  readonly #queries: Histogram<'kind'>;
  readonly #letters: Counter<'result'>;
  readonly #upstreamCalls: Counter<'upstream' | 'result'>;
  readonly #calls: Histogram<'service' | 'result'>;
  readonly #quotas: Gauge<'service' | 'quota'>;
  readonly #circuits: Gauge<'service'>;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer, by route template',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    this.#refused = new Counter({
      name: 'http_refused_total',
      help: 'Connections and requests refused before they could be handled, by reason',
      labelNames: ['code'],
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
    this.#calls = new Histogram({
      name: 'upstream_call_duration_seconds',
      help: 'Time of a call to a service of others, by result',
      labelNames: ['service', 'result'],
      buckets: BUCKETS,
      registers,
    });
    this.#quotas = new Gauge({
      name: 'upstream_quota_remaining',
      help: 'Questions that a service of others still answers in this window, as it said last',
      labelNames: ['service', 'quota'],
      registers,
    });
    this.#circuits = new Gauge({
      name: 'upstream_circuit_open',
      help: '1 while a service of others is left alone because it kept failing',
      labelNames: ['service'],
      registers,
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.observe({ method, route, status }, seconds);
  }

  countRefused(code: string): void {
    this.#refused.inc({ code });
  }

  /** Read when somebody asks, not before. */
  watchRequests(requests: { readonly count: number }): void {
    new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests being handled now',
      registers: [this.#registry],
      collect() {
        this.set(requests.count);
      },
    });
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

  observeCall({ service, result, seconds }: { service: string; result: string; seconds: number }): void {
    this.countUpstreamCall(service, result);
    this.#calls.observe({ service, result }, seconds);
  }

  observeQuota({ service, quota, remaining }: { service: string; quota: string; remaining: number }): void {
    this.#quotas.set({ service, quota }, remaining);
  }

  observeCircuit({ service, isOpen }: { service: string; isOpen: boolean }): void {
    this.#circuits.set({ service }, isOpen ? 1 : 0);
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
