import { latestEnd } from '../../../domain/shared/clock-skew.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { Clock } from '../../../ports/clock.ts';
import { PortError } from '../../../ports/port-error.ts';
import { NO_OBSERVER, secondsIn, type UpstreamObserver, type UpstreamResponse } from './upstream-client.ts';
import { boundedWait, MAX_WAIT_SECONDS } from './upstream-errors.ts';

/** For a response that reports an exceeded limit without a time. */
const DEFAULT_BLOCK_SECONDS = 60;

/**
 * Tracks the upstream's rate limits by the headers of its responses. A quota that is used up is blocked until its
 * reset: the upstream would reject the request, and some upstreams count it all the same.
 */
export class RateLimitTracker {
  readonly #service: string;
  readonly #prefixes: readonly string[];
  readonly #clock: Clock;
  readonly #observer: UpstreamObserver;
  readonly #blockedUntil = new Map<string, Instant>();

  /** @param options.prefixes of the headers `…-remaining` and `…-reset` (epoch seconds) */
  constructor(options: {
    service: string;
    prefixes: readonly string[];
    clock: Clock;
    observer?: UpstreamObserver | undefined;
  }) {
    this.#service = options.service;
    this.#prefixes = options.prefixes;
    this.#clock = options.clock;
    this.#observer = options.observer ?? NO_OBSERVER;
  }

  /** @throws {PortError} upstream.exhausted: the quota is blocked */
  assertAllowed(quota: string): void {
    const until = this.#blockedUntil.get(quota);
    if (until === undefined) return;
    const now = this.#clock.now();
    // A later end was set while the clock was ahead.
    if (now < until && until <= latestEnd(MAX_WAIT_SECONDS * 1000, now)) throw this.#rateLimited(until, now);
    this.#blockedUntil.delete(quota);
  }

  update(quota: string, response: UpstreamResponse): void {
    const remaining = secondsIn(response.headers[`${this.#prefixes[0]}-remaining`]);
    if (remaining !== undefined) this.#observer.observeQuota({ service: this.#service, quota, remaining });
    const seconds = this.#secondsToReset(response);
    if (seconds !== undefined && seconds > 0) this.#blockFor(quota, seconds);
  }

  /**
   * Blocks the quota after a response that reports an exceeded limit.
   * @returns upstream.exhausted
   */
  block(quota: string, response: UpstreamResponse): PortError {
    const seconds =
      secondsIn(response.headers['retry-after']) ??
      this.#secondsToReset(response) ??
      this.#secondsToOnlyReset(response);
    const until = this.#blockFor(quota, seconds ?? DEFAULT_BLOCK_SECONDS);
    return this.#rateLimited(until, this.#clock.now());
  }

  #blockFor(quota: string, seconds: number): Instant {
    const until = Instant.plusMs(this.#clock.now(), boundedWait(seconds) * 1000);
    this.#blockedUntil.set(quota, until);
    return until;
  }

  /** The latest reset of the limits that are used up. */
  #secondsToReset({ headers }: UpstreamResponse): number | undefined {
    const usedUp = this.#prefixes.filter((prefix) => headers[`${prefix}-remaining`] === '0');
    const waits = usedUp.flatMap(
      (prefix) => this.#secondsUntil(secondsIn(headers[`${prefix}-reset`]), headers.date) ?? [],
    );
    return waits.length === 0 ? undefined : Math.max(...waits);
  }

  /** Where something remains, another limit was exceeded, and this reset does not end it. */
  #secondsToOnlyReset({ headers }: UpstreamResponse): number | undefined {
    if (headers[`${this.#prefixes[0]}-remaining`] !== undefined) return undefined;
    return this.#secondsUntil(secondsIn(headers[`${this.#prefixes[0]}-reset`]), headers.date);
  }

  /** Measured by the upstream's clock where it sends the date, in case ours is wrong. */
  #secondsUntil(reset: number | undefined, date: string | undefined): number | undefined {
    if (reset === undefined) return undefined;
    const upstreamNowMs = Date.parse(date ?? '');
    const nowMs = Number.isNaN(upstreamNowMs) ? Instant.epochMs(this.#clock.now()) : upstreamNowMs;
    return Math.max(0, reset - Math.floor(nowMs / 1000));
  }

  #rateLimited(until: Instant, now: Instant): PortError {
    const when = Instant.format(until);
    return new PortError('upstream.exhausted', `The rate limit of ${this.#service} is exceeded until ${when}`, {
      messages: [`${this.#service} has reached its rate limit. Try again after ${when}.`],
      retryAfterSeconds: Math.max(1, Math.ceil(Instant.msBetween(now, until) / 1000)),
    });
  }
}
