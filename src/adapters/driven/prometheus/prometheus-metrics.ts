import type { Metric, Registry } from 'prom-client';
import { Amounts } from './amounts.ts';
import { Durations } from './durations.ts';
import { Counter, collectDefaultMetrics, Gauge, Histogram, type MetricObjectWithValues, Registry } from 'prom-client';

/** Unit: seconds. From a look-up in the store to a password hash behind a long queue. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The process's own figures, in Prometheus' form. One a process; nothing is sent anywhere, it is only read. Kept here;
 * prom-client, which writes them out and knows the figures of Node itself, is loaded when there is time or need.
 */
/** All figures of a process, to be put beside those of others. */
export type Figures = readonly MetricObjectWithValues<{ value: number; labels: object }>[];

/** Where a process stands that is one of several. */
export type Crew = Readonly<{
  /** Its place; the label `worker` of its figures. */
  place: string;
  /** The figures of all, as Prometheus reads them. */
  gatherFigures: () => Promise<string>;
}>;

/** The process's own figures, in Prometheus' form. One a process; nothing is sent anywhere, it is only read. */
export class PrometheusMetrics {
  readonly #requests = new Durations('http_request_duration_seconds', 'Time to answer, by route template', BUCKETS);
  readonly #refused = new Amounts(
    'counter',
    'http_refused_total',
    'Connections and requests refused before they could be handled, by reason',
  );
  readonly #queries = new Durations('store_query_duration_seconds', 'Time of a query to the store, by kind', BUCKETS);
  readonly #letters = new Amounts('counter', 'mail_letters_total', 'Letters that left the outbox or stayed, by result');
  readonly #upstreamCalls = new Amounts(
    'counter',
    'upstream_calls_total',
    'Calls to services of others, by service and result',
  );
  readonly #calls = new Durations(
    'upstream_call_duration_seconds',
    'Time of a call to a service of others, by result',
    BUCKETS,
  );
  readonly #quotas = new Amounts(
    'gauge',
    'upstream_quota_remaining',
    'Questions that a service of others still answers in this window, as it said last',
  );
  readonly #circuits = new Amounts(
    'gauge',
    'upstream_circuit_open',
    '1 while a service of others is left alone because it kept failing',
  );
  readonly #watched: Amounts[] = [];
  #registry: Promise<Registry> | undefined;

  observeRequest({ method, route, status, seconds }: RequestFigures): void {
    this.#requests.observe(`${method} ${status} ${route}`, seconds, () => ({ method, route, status }));
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #queries: Histogram<'kind'>;
  readonly #letters: Counter<'result'>;
  readonly #calls: Histogram<'service' | 'result'>;
  readonly #quotas: Gauge<'service' | 'quota'>;
  readonly #circuits: Gauge<'service'>;

  readonly #crew: Crew | undefined;

  constructor(crew?: Crew) {
    this.#crew = crew;
    if (crew !== undefined) this.#registry.setDefaultLabels({ worker: crew.place });
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
    this.#calls = new Histogram({
      name: 'upstream_call_duration_seconds',
      help: 'Time of a call to a service of others, by service and result',
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

  countRefused(code: string): void {
    this.#refused.add({ code });
  }

  /** Read when somebody asks, not before. */
  watchRequests(requests: { readonly count: number }): void {
    this.#watched.push(
      new Amounts('gauge', 'http_requests_in_flight', 'Requests being handled now', () => requests.count),
    );
  }

  observeQuery(kind: string, durationMs: number): void {
    this.#queries.observe(kind, durationMs / 1000, () => ({ kind }));
  }

  countLetters(result: string, count: number): void {
    if (count > 0) this.#letters.add({ result }, count);
  }

  countUpstreamCall(upstream: string, result: string): void {
    this.#upstreamCalls.add({ upstream, result });
  }

  observeCall({ service, result, seconds }: { service: string; result: string; seconds: number }): void {
    this.countUpstreamCall(service, result);
    this.#calls.observe(`${service} ${result}`, seconds, () => ({ service, result }));
  observeCall({ service, result, seconds }: { service: string; result: string; seconds: number }): void {
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
    this.#watched.push(
      new Amounts('gauge', 'password_hashing_active', 'Password hashes being made now', () => hasher.active),
      new Amounts('gauge', 'password_hashing_waiting', 'Password hashes waiting for their turn', () => hasher.waiting),
    );
  }

  /** Begins to keep the figures of Node itself, such as its memory and how late its timers are. */
  async warmUp(): Promise<void> {
    this.#registry ??= this.#open();
    await this.#registry;
  }

  async render(): Promise<{ contentType: string; text: string }> {
    this.#registry ??= this.#open();
    const registry = await this.#registry;
    return { contentType: registry.contentType, text: await registry.metrics() };
  }

  async #open(): Promise<Registry> {
    const { collectDefaultMetrics, Registry } = await import('prom-client');
    const registry = new Registry();
    const http = [this.#requests, this.#refused];
    const upstream = [this.#upstreamCalls, this.#calls, this.#quotas, this.#circuits];
    for (const figures of [...http, this.#queries, this.#letters, ...upstream, ...this.#watched]) {
      // What a registry asks of a figure, said by its types too narrowly.
      registry.registerMetric(figures as unknown as Metric);
    }
    collectDefaultMetrics({ register: registry });
    return registry;
    const text = this.#crew === undefined ? this.#registry.metrics() : this.#crew.gatherFigures();
    return { contentType: this.#registry.contentType, text: await text };
  }

  async figures(): Promise<Figures> {
    return (await this.#registry.getMetricsAsJSON()) as unknown as Figures;
  }
}

type RequestFigures = { method: string; route: string; status: number; seconds: number };
