import type { Metric, MetricObjectWithValues, Registry } from 'prom-client';
import { Counter, Histogram } from './instruments.ts';

/** All metrics of one process. */
export type MetricSamples = readonly MetricObjectWithValues<{ value: number; labels: object }>[];

/** For a process that is one of several workers. */
export type Cluster = Readonly<{
  /** Label `worker` of its metrics. */
  workerId: string;
  /** Renders the metrics of all workers. */
  render: () => Promise<string>;
}>;

/** The metrics of one process. They are pulled: nothing is sent. */
export class PrometheusMetrics {
  readonly #requests = new Histogram('http_request_duration_seconds', 'Duration of HTTP requests, by route template');
  readonly #rejected = new Counter(
    'counter',
    'http_rejected_total',
    'Connections and requests rejected before they were handled, by reason',
  );
  readonly #queries = new Histogram('store_query_duration_seconds', 'Duration of queries to the store, by kind');
  readonly #emails = new Counter('counter', 'emails_total', 'Attempts to send an email, by result');
  readonly #unsealed = new Counter(
    'gauge',
    'audit_entries_unsealed',
    'Entries of the audit log that wait for their place in the chain, at the last look',
  );
  readonly #calls = new Histogram('upstream_call_duration_seconds', 'Duration of requests to upstreams, by result');
  readonly #quotas = new Counter(
    'gauge',
    'upstream_quota_remaining',
    'Remaining requests of an upstream rate limit, as last reported',
  );
  readonly #circuits = new Counter('gauge', 'upstream_circuit_open', '1 while the circuit of an upstream is open');
  readonly #gauges: Counter[] = [];
  readonly #cluster: Cluster | undefined;
  #registry: Promise<Registry> | undefined;

  constructor(cluster?: Cluster) {
    this.#cluster = cluster;
  }

  observeRequest(request: { method: string; route: string; status: number; seconds: number }): void {
    const { method, route, status, seconds } = request;
    this.#requests.observe(`${method} ${status} ${route}`, seconds, () => ({ method, route, status }));
  }

  countRejected(code: string): void {
    this.#rejected.add({ code });
  }

  /** The count is read at each scrape. */
  watchRequests(requests: { readonly count: number }): void {
    this.#gauges.push(new Counter('gauge', 'http_requests_in_flight', 'HTTP requests in flight', () => requests.count));
  }

  observeQuery(kind: string, durationMs: number): void {
    this.#queries.observe(kind, durationMs / 1000, () => ({ kind }));
  }

  countEmails(result: string, count: number): void {
    if (count > 0) this.#emails.add({ result }, count);
  }

  observeUnsealed(count: number): void {
    this.#unsealed.set({}, count);
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

  /** The numbers are read at each scrape. */
  watchHashing(hashing: { readonly active: number; readonly waiting: number }): void {
    this.#gauges.push(
      new Counter('gauge', 'password_hashing_active', 'Password hashes being computed', () => hashing.active),
      new Counter('gauge', 'password_hashing_waiting', 'Password hashes waiting in the queue', () => hashing.waiting),
    );
  }

  /**
   * Renders the metrics of this process, or of all workers of its cluster. The metrics of Node itself, such as event-loop
   * lag, are collected from the first call on.
   */
  async render(): Promise<{ contentType: string; text: string }> {
    const registry = await this.#open();
    const text = this.#cluster === undefined ? registry.metrics() : this.#cluster.render();
    return { contentType: registry.contentType, text: await text };
  }

  async samples(): Promise<MetricSamples> {
    return (await (await this.#open()).getMetricsAsJSON()) as unknown as MetricSamples;
  }

  // perf: loaded by the first scrape, because without prom-client a process that is not scraped takes 3 MB less.
  #open(): Promise<Registry> {
    this.#registry ??= this.#register();
    // A failed load is tried again at the next use.
    this.#registry.catch(() => {
      this.#registry = undefined;
    });
    return this.#registry;
  }

  async #register(): Promise<Registry> {
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    const registry = new Registry();
    if (this.#cluster !== undefined) registry.setDefaultLabels({ worker: this.#cluster.workerId });
    const http = [this.#requests, this.#rejected];
    const upstream = [this.#calls, this.#quotas, this.#circuits];
    for (const metric of [...http, this.#queries, this.#emails, this.#unsealed, ...upstream, ...this.#gauges]) {
      // The registry calls `name` and `get` only; its types ask for more.
      registry.registerMetric(metric as unknown as Metric);
    }
    collectDefaultMetrics({ register: registry });
    return registry;
  }
}

/** Renders the metrics of several processes. None are added up, so that a respawned worker is a counter reset. */
export const renderMerged = async (processes: readonly MetricSamples[]): Promise<string> => {
  const { AggregatorRegistry } = await import('prom-client');
  // prom-client drops metrics without an aggregator; with distinct `worker` labels there is nothing to aggregate.
  const merged = processes.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(merged).metrics();
};
