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
import { SingleFlight } from './single-flight.ts';
import {
  parsed,
  secondsIn,
  UPSTREAM_LIMITS,
  type UpstreamAnswer,
  type UpstreamObserver,
  type UpstreamRequest,
  type UpstreamSettings,
} from './upstream-exchange.ts';
import { nonsense, serverFault, tooLate, UpstreamFault, wireFault } from './upstream-fault.ts';

/**
 * One service of others, and how much of it we are willing to bear: so many connections, so many bytes, so much time.
 * A hiccup is tried again, a service that keeps failing is left alone for a while, and equal questions are asked once.
 */
export class UpstreamClient {
  readonly #settings: UpstreamSettings;
  readonly #limits: Record<keyof typeof UPSTREAM_LIMITS, number>;
  readonly #observer: UpstreamObserver;
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #flights = new SingleFlight<UpstreamAnswer>();
  readonly #retry: RetryPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  #openSinceMs = 0;

  constructor(settings: UpstreamSettings, observer: UpstreamObserver) {
    const limits = { ...UPSTREAM_LIMITS, ...settings.limits };
    const { service, baseUrl, connections, deadlineMs } = settings;
    this.#settings = settings;
    this.#limits = limits;
    this.#observer = observer;
    this.#base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
    this.#pool = new Pool(this.#base.origin, {
      connections,
      maxResponseSize: limits.bytes,
      connect: { timeout: deadlineMs },
      // Undici's own time-outs are a second off or more. They only tidy up behind the deadline, which is exact.
      headersTimeout: 2 * deadlineMs,
      bodyTimeout: 2 * deadlineMs,
      allowH2: false,
    });
    this.#retry = retry(
      handleType(UpstreamFault, ({ isTransient }) => isTransient),
      {
        maxAttempts: limits.retries,
        backoff: new ExponentialBackoff({ initialDelay: limits.firstRetryMs, maxDelay: limits.longestRetryMs }),
      },
    );
    this.#breaker = circuitBreaker(handleType(UpstreamFault), {
      halfOpenAfter: limits.restMs,
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

  /** From now on; one for a whole question. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#settings.deadlineMs);
  }

  /** @param path below the base, percent-encoded */
  url(path: string): URL {
    return new URL(path, this.#base);
  }

  /** @returns the page that an answer points to; other hosts are not asked, with or without our token */
  linked(target: string, from: URL): URL {
    const url = URL.parse(target, from.href);
    if (url?.origin === this.#base.origin) return url;
    throw nonsense(this.service, 'sent us to another host');
  }

  /** @throws {PortError} upstream.unavailable | upstream.nonsense */
  async ask(request: UpstreamRequest, deadline: AbortSignal): Promise<UpstreamAnswer> {
    const { url, method = 'GET', as } = request;
    if (url.href.length > this.#limits.urlCharacters) throw nonsense(this.service, 'sent us to an endless address');
    const flight = this.#flights.join(`${method} ${url.href} as ${as}`, () => this.#askCarefully(request, deadline));
    return this.#within(deadline, flight);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #askCarefully(request: UpstreamRequest, deadline: AbortSignal): Promise<UpstreamAnswer> {
    const attempts = () => this.#retry.execute(() => this.#once(request, deadline), deadline);
    try {
      return await this.#breaker.execute(() => this.#within(deadline, attempts()));
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#leftAlone() : error;
    }
  }

  async #once({ url, method = 'GET', headers, body }: UpstreamRequest, signal: AbortSignal): Promise<UpstreamAnswer> {
    const { service, userAgent } = this.#settings;
    const startedMs = performance.now();
    let result = 'nonsense';
    try {
      const answer = await this.#pool.request({
        path: `${url.pathname}${url.search}`,
        method,
        headers: { 'user-agent': userAgent, ...headers },
        body: body ?? null,
        signal,
      });
      const text = await answer.body.text();
      const status = answer.statusCode;
      if (status >= 500) throw serverFault(service, status, secondsIn(answer.headers['retry-after']));
      result = status === 429 || status === 304 ? String(status) : `${Math.floor(status / 100)}xx`;
      return { status, headers: answer.headers, json: parsed(text) };
    } catch (error) {
      const fault = error instanceof PortError ? error : signal.aborted ? tooLate(service) : wireFault(service, error);
      if (fault instanceof UpstreamFault) result = fault.result;
      throw fault;
    } finally {
      this.#observer.observeCall({ service, result, seconds: (performance.now() - startedMs) / 1000 });
    }
  }

  /** Waits for a retry, for a turn, for somebody else's flight: nothing may outlast the question's own deadline. */
  async #within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const giveUp = () => reject(tooLate(this.service));
    if (deadline.aborted) giveUp();
    deadline.addEventListener('abort', giveUp, { once: true });
    try {
      return await Promise.race([work, late]);
    } finally {
      deadline.removeEventListener('abort', giveUp);
    }
  }

  #leftAlone(): PortError {
    const leftMs = this.#limits.restMs - (performance.now() - this.#openSinceMs);
    this.#observer.observeCall({ service: this.service, result: 'circuit-open', seconds: 0 });
    return new PortError('upstream.unavailable', `${this.service} failed too often; its circuit is open`, {
      messages: [`${this.service} keeps failing and is left alone for a moment.`],
      retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
    });
  }
}
