import type { IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  type RetryPolicy,
  retry,
} from 'cockatiel';
import { Pool } from 'undici';
import { PortError } from '../../../ports/port-error.ts';
import { connectionError, deadlineError, invalidResponse, serverError, UpstreamFailure } from './upstream-errors.ts';

/** Defaults. docs/developer-pairs.md lists them; a test compares. */
export const UPSTREAM_LIMITS = {
  /** Maximum size of a response body, before and after decoding. */
  bytes: 2_000_000,
  /** Maximum length of a requested URL: links and page tokens come from outside. */
  urlCharacters: 2_000,
  /** Maximum time to open a connection. */
  connectMs: 2_000,
  /** Attempts after the first. */
  retries: 2,
  firstRetryMs: 50,
  maxRetryMs: 1_000,
  /** Consecutive failures that open the circuit. */
  failures: 5,
  /** Time until an open circuit lets one request through. */
  openMs: 10_000,
} as const;

export type UpstreamSettings = Readonly<{
  /** Name of the upstream in metrics and in messages to clients. */
  service: string;
  /** Requests go to its origin only. */
  baseUrl: string;
  userAgent?: string;
  /** Maximum time for an operation, however many requests and attempts it takes. Unit: ms. */
  deadlineMs: number;
  /** Maximum number of requests in flight; further requests wait. */
  connections: number;
  limits?: Partial<Record<keyof typeof UPSTREAM_LIMITS, number>>;
}>;

/** Receives the metrics of all upstream requests. */
export type UpstreamObserver = Readonly<{
  observeCall(call: { service: string; result: string; seconds: number }): void;
  observeQuota(quota: { service: string; quota: string; remaining: number }): void;
  observeCircuit(circuit: { service: string; isOpen: boolean }): void;
}>;

export const NO_OBSERVER: UpstreamObserver = {
  observeCall: () => {},
  observeQuota: () => {},
  observeCircuit: () => {},
};

export type UpstreamRequest = Readonly<{
  url: URL;
  method?: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Requests in flight with the same method, URL and `shareAs` share one response. Default: not shared. */
  shareAs?: string;
}>;

/** Any response with a status below 500. */
export type UpstreamResponse = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  /** The body. */
  text: string;
  /** `undefined`: the body is not JSON. */
  json: unknown;
}>;

/**
 * HTTP client of one upstream. Bounds connections, response size and time, retries transient failures, stops sending
 * while the upstream keeps failing, and follows no redirect.
 */
export class UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #limits: Record<keyof typeof UPSTREAM_LIMITS, number>;
  readonly #observer: UpstreamObserver;
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #inFlight = new Map<string, Promise<UpstreamResponse>>();
  readonly #retry: RetryPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  #openSinceMs = 0;

  constructor(settings: UpstreamSettings, observer: UpstreamObserver = NO_OBSERVER) {
    const limits = { ...UPSTREAM_LIMITS, ...settings.limits };
    const { service, baseUrl, connections, deadlineMs } = settings;
    this.#settings = settings;
    this.#limits = limits;
    this.#observer = observer;
    this.#base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
    this.#pool = new Pool(this.#base.origin, {
      connections,
      maxResponseSize: limits.bytes,
      connect: { timeout: Math.min(limits.connectMs, deadlineMs) },
      // Undici's own timers are a second off or more. They only clean up after the deadline, which is exact.
      headersTimeout: 2 * deadlineMs,
      bodyTimeout: 2 * deadlineMs,
      allowH2: false,
    });
    this.#retry = retry(
      handleType(UpstreamFailure, ({ isTransient }) => isTransient),
      {
        maxAttempts: limits.retries,
        backoff: new ExponentialBackoff({ initialDelay: limits.firstRetryMs, maxDelay: limits.maxRetryMs }),
      },
    );
    this.#breaker = circuitBreaker(handleType(UpstreamFailure), {
      halfOpenAfter: limits.openMs,
      breaker: new ConsecutiveBreaker(limits.failures),
    });
    this.#breaker.onStateChange((state) => {
      if (state === CircuitState.Open) this.#openSinceMs = performance.now();
      observer.observeCircuit({ service, isOpen: state === CircuitState.Open });
    });
  }

  get service(): string {
    return this.#settings.service;
  }

  /** Deadline of an operation that begins now. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#settings.deadlineMs);
  }

  /** @param path below the base URL, percent-encoded */
  url(path: string): URL {
    return new URL(path, this.#base);
  }

  /**
   * Resolves a link that a response contains.
   * @throws {PortError} upstream.nonsense: it leads to another origin
   */
  linked(target: string, from: URL): URL {
    const url = URL.parse(target, from.href);
    if (url?.origin === this.#base.origin) return url;
    throw invalidResponse(this.service, 'links to another origin');
  }

  /** @throws {PortError} upstream.unavailable | upstream.nonsense */
  async send(request: UpstreamRequest, deadline: AbortSignal = this.deadline()): Promise<UpstreamResponse> {
    const { url, method = 'GET', shareAs } = request;
    if (url.href.length > this.#limits.urlCharacters) throw invalidResponse(this.service, 'links to an overlong URL');
    if (shareAs === undefined) return this.#sendWithBreaker(request, deadline);
    const key = `${method} ${url.href} ${shareAs}`;
    let response = this.#inFlight.get(key);
    if (response === undefined) {
      response = this.#sendWithBreaker(request, deadline).finally(() => this.#inFlight.delete(key));
      this.#inFlight.set(key, response);
    }
    return this.#within(deadline, response);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #sendWithBreaker(request: UpstreamRequest, deadline: AbortSignal): Promise<UpstreamResponse> {
    const attempts = () => this.#retry.execute(() => this.#attempt(request, deadline), deadline);
    try {
      return await this.#breaker.execute(() => this.#within(deadline, attempts()));
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#circuitOpen() : error;
    }
  }

  async #attempt({ url, method = 'GET', headers, body }: UpstreamRequest, signal: AbortSignal) {
    const { service, userAgent = 'guildhall' } = this.#settings;
    const startedMs = performance.now();
    let result = 'invalid-response';
    try {
      const response = await this.#pool.request({
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...headers },
        body: body ?? null,
        signal,
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      const { statusCode: status } = response;
      if (status >= 500) throw serverError(service, status, secondsIn(response.headers['retry-after']));
      const text = new TextDecoder().decode(this.#decoded(bytes, response.headers['content-encoding']));
      result = status === 429 || status === 304 ? String(status) : `${Math.floor(status / 100)}xx`;
      return { status, headers: response.headers, text, json: parsed(text) };
    } catch (error) {
      const failure =
        error instanceof PortError ? error : signal.aborted ? deadlineError(service) : connectionError(service, error);
      if (failure instanceof UpstreamFailure) result = failure.result;
      throw failure;
    } finally {
      this.#observer.observeCall({ service, result, seconds: (performance.now() - startedMs) / 1000 });
    }
  }

  /** Synchronous: zlib's asynchronous form would wait for password hashes to leave the thread pool. */
  #decoded(bytes: Buffer, encoding: string | string[] = ''): Buffer {
    const name = String(encoding).trim().toLowerCase();
    if (name === '' || name === 'identity' || bytes.length === 0) return bytes;
    try {
      const decode = DECODERS[name];
      if (decode !== undefined) return decode(bytes, { maxOutputLength: this.#limits.bytes });
    } catch (cause) {
      throw invalidResponse(this.service, 'sent a body that cannot be decoded, or is too large', cause);
    }
    throw invalidResponse(this.service, 'sent a body in an unknown encoding');
  }

  /** Bounds waiting for a retry, for a connection or for a shared response by the operation's own deadline. */
  async #within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
    const { promise: expired, reject } = Promise.withResolvers<never>();
    const expire = () => reject(deadlineError(this.service));
    if (deadline.aborted) expire();
    deadline.addEventListener('abort', expire, { once: true });
    try {
      return await Promise.race([work, expired]);
    } finally {
      deadline.removeEventListener('abort', expire);
    }
  }

  #circuitOpen(): PortError {
    const remainingMs = this.#limits.openMs - (performance.now() - this.#openSinceMs);
    this.#observer.observeCall({ service: this.service, result: 'circuit-open', seconds: 0 });
    return new PortError('upstream.unavailable', `${this.service} failed too often; its circuit is open`, {
      messages: [`${this.service} keeps failing; requests to it are paused.`],
      retryAfterSeconds: Math.max(1, Math.ceil(remainingMs / 1000)),
    });
  }
}

const DECODERS: Readonly<Record<string, typeof gunzipSync>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Whole seconds in a header; `undefined`: none. */
export const secondsIn = (header: string | string[] | undefined): number | undefined =>
  typeof header === 'string' && /^\d{1,10}$/.test(header) ? Number(header) : undefined;
