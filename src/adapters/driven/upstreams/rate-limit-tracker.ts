import { Instant } from '../../../domain/shared/instant.ts';
import type { Clock } from '../../../ports/clock.ts';
import { PortError } from '../../../ports/port-error.ts';
import { secondsIn, type UpstreamAnswer, type UpstreamObserver } from './upstream-exchange.ts';

/** No clock of theirs may shut us out for longer. */
const LONGEST_WAIT_SECONDS = 86_400;

/** What to do where a service says "too many" and not until when. */
const UNKNOWN_WAIT_SECONDS = 60;

/**
 * What is left of each quota, as the service itself told us. What is known to be used up is not asked again before its
 * reset: the answer would be no, and some services count the question all the same.
 */
export class RateLimitTracker {
  readonly #service: string;
  readonly #prefixes: readonly string[];
  readonly #clock: Clock;
  readonly #observer: UpstreamObserver;
  readonly #shutUntil = new Map<string, Instant>();

  /** @param options.prefixes of the headers `…-remaining` and `…-reset` (epoch seconds) */
  constructor(options: { service: string; prefixes: readonly string[]; clock: Clock; observer: UpstreamObserver }) {
    this.#service = options.service;
    this.#prefixes = options.prefixes;
    this.#clock = options.clock;
    this.#observer = options.observer;
  }

  /** @throws {PortError} upstream.exhausted */
  mustHaveLeft(quota: string): void {
    const until = this.#shutUntil.get(quota);
    if (until === undefined) return;
    const at = this.#clock.now();
    if (at < until) throw this.#exhausted(until, at);
    this.#shutUntil.delete(quota);
  }

  /** Takes down what an answer says of the quota it was taken from. */
  note(quota: string, answer: UpstreamAnswer): void {
    const remaining = secondsIn(answer.headers[`${this.#prefixes[0]}-remaining`]);
    if (remaining !== undefined) this.#observer.observeQuota({ service: this.#service, quota, remaining });
    const seconds = this.#waitIn(answer);
    if (seconds !== undefined && seconds > 0) this.#shut(quota, seconds);
  }

  /** The service said "too many": shuts the quota until it says, and tells. */
  refuse(quota: string, answer: UpstreamAnswer): PortError {
    const seconds = secondsIn(answer.headers['retry-after']) ?? this.#waitIn(answer) ?? this.#untoldWaitIn(answer);
    const until = this.#shut(quota, seconds ?? UNKNOWN_WAIT_SECONDS);
    return this.#exhausted(until, this.#clock.now());
  }

  #shut(quota: string, seconds: number): Instant {
    const waitMs = Math.min(Math.max(1, seconds), LONGEST_WAIT_SECONDS) * 1000;
    const until = Instant.plusMs(this.#clock.now(), waitMs);
    this.#shutUntil.set(quota, until);
    return until;
  }

  /** The longest wait among the limits of which nothing is left. Unit: seconds. */
  #waitIn({ headers }: UpstreamAnswer): number | undefined {
    const empty = this.#prefixes.filter((prefix) => headers[`${prefix}-remaining`] === '0');
    const waits = empty.flatMap(
      (prefix) => this.#secondsUntil(secondsIn(headers[`${prefix}-reset`]), headers.date) ?? [],
    );
    return waits.length === 0 ? undefined : Math.max(...waits);
  }

  /** Where something is left, another limit refused us, and this reset does not end that. */
  #untoldWaitIn({ headers }: UpstreamAnswer): number | undefined {
    if (headers[`${this.#prefixes[0]}-remaining`] !== undefined) return undefined;
    return this.#secondsUntil(secondsIn(headers[`${this.#prefixes[0]}-reset`]), headers.date);
  }

  /** By their own clock, where they tell it: ours may be wrong. */
  #secondsUntil(reset: number | undefined, date: string | undefined): number | undefined {
    if (reset === undefined) return undefined;
    const theirNowMs = Date.parse(date ?? '');
    const nowMs = Number.isNaN(theirNowMs) ? Instant.epochMs(this.#clock.now()) : theirNowMs;
    return Math.max(0, reset - Math.floor(nowMs / 1000));
  }

  #exhausted(until: Instant, at: Instant): PortError {
    const when = `${until.slice(0, 19)}Z`;
    return new PortError('upstream.exhausted', `${this.#service} has had enough questions until ${when}`, {
      messages: [`${this.#service} has had enough questions for now. Try again after ${when}.`],
      retryAfterSeconds: Math.max(1, Math.ceil(Instant.msBetween(at, until) / 1000)),
    });
  }
}
