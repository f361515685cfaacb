import type { Metric, MetricObjectWithValues, Registry } from 'prom-client';
import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';

/** Unit: seconds. From a look-up in the store to a password hash behind a long queue. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All figures of a process, to be put beside those of others. */
export type MetricSamples = readonly MetricObjectWithValues<{ value: number; labels: object }>[];

/** Where a process stands that is one of several. */
export type Cluster = Readonly<{
  /** Its place; the label `worker` of its figures. */
  place: string;
  /** The figures of all, as Prometheus reads them. */
  gatherFigures: () => Promise<string>;
}>;

/**
 * The process's own figures, in Prometheus' form. One a process; nothing is sent anywhere, it is only read. Kept here;
 * prom-client, which writes them out and knows the figures of Node itself, is loaded when there is time or need.
 */
export class PrometheusMetrics {
  readonly #requests = new Histogram('http_request_duration_seconds', 'Time to answer, by route template', BUCKETS);
  readonly #refused = new Counter(
    'counter',
    'http_refused_total',
    'Connections and requests refused before they could be handled, by reason',
  );
  readonly #queries = new Histogram('store_query_duration_seconds', 'Time of a query to the store, by kind', BUCKETS);
  readonly #letters = new Counter('counter', 'mail_letters_total', 'Letters that left the outbox or stayed, by result');
  readonly #calls = new Histogram(
    'upstream_call_duration_seconds',
    'Time of a call to a service of others, by result',
    BUCKETS,
  );
  readonly #quotas = new Counter(
    'gauge',
    'upstream_quota_remaining',
    'Questions that a service of others still answers in this window, as it said last',
  );
  readonly #circuits = new Counter(
    'gauge',
    'upstream_circuit_open',
    '1 while a service of others is left alone because it kept failing',
  );
  readonly #watched: Counter[] = [];
  readonly #crew: Cluster | undefined;
  #registry: Promise<Registry> | undefined;

  constructor(crew?: Cluster) {
    this.#crew = crew;
  }

  observeRequest({ method, route, status, seconds }: RequestFigures): void {
    this.#requests.observe(`${method} ${status} ${route}`, seconds, () => ({ method, route, status }));
  }

  countRefused(code: string): void {
    this.#refused.add({ code });
  }

  /** Read when somebody asks, not before. */
  watchRequests(requests: { readonly count: number }): void {
    this.#watched.push(
      new Counter('gauge', 'http_requests_in_flight', 'Requests being handled now', () => requests.count),
    );
  }

  observeQuery(kind: string, durationMs: number): void {
    this.#queries.observe(kind, durationMs / 1000, () => ({ kind }));
  }

  countLetters(result: string, count: number): void {
    if (count > 0) this.#letters.add({ result }, count);
  }

  observeCall({ service, result, seconds }: { service: string; result: string; seconds: number }): void {
    this.#calls.observe(`${service} ${result}`, seconds, () => ({ service, result }));
  }

  observeQuota({ service, quota, remaining }: { service: string; quota: string; remaining: number }): void {
    this.#quotas.set({ service, quota }, remaining);
  }

  observeCircuit({ service, isOpen }: { service: string; isOpen: boolean }): void {
    this.#circuits.set({ service }, isOpen ? 1 : 0);
  }

  /** Read when somebody asks, not before. */
  watchHashing(hasher: { readonly active: number; readonly waiting: number }): void {
    this.#watched.push(
      new Counter('gauge', 'password_hashing_active', 'Password hashes being made now', () => hasher.active),
      new Counter('gauge', 'password_hashing_waiting', 'Password hashes waiting for their turn', () => hasher.waiting),
    );
  }

  /** Begins to keep the figures of Node itself, such as its memory and how late its timers are. */
  async warmUp(): Promise<void> {
    await this.#opened();
  }

  async render(): Promise<{ contentType: string; text: string }> {
    const registry = await this.#opened();
    const text = this.#crew === undefined ? registry.metrics() : this.#crew.gatherFigures();
    return { contentType: registry.contentType, text: await text };
  }

  /** Of this process alone, whoever else is in its crew. */
  async figures(): Promise<MetricSamples> {
    return (await (await this.#opened()).getMetricsAsJSON()) as unknown as MetricSamples;
  }

  #opened(): Promise<Registry> {
    this.#registry ??= this.#open();
    return this.#registry;
  }

  async #open(): Promise<Registry> {
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    const registry = new Registry();
    if (this.#crew !== undefined) registry.setDefaultLabels({ worker: this.#crew.place });
    const http = [this.#requests, this.#refused];
    const upstream = [this.#calls, this.#quotas, this.#circuits];
    for (const figures of [...http, this.#queries, this.#letters, ...upstream, ...this.#watched]) {
      // What a registry asks of a figure, said by its types too narrowly.
      registry.registerMetric(figures as unknown as Metric);
    }
    collectDefaultMetrics({ register: registry });
    return registry;
  }
}

type RequestFigures = { method: string; route: string; status: number; seconds: number };
