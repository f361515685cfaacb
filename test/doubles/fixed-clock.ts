import { Instant } from '../../src/domain/shared/instant.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** A clock for tests that moves only by `advance`. */
export class FixedClock implements Clock {
  #now: Instant;

  constructor(start: Instant) {
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  /** Unit: milliseconds. */
  advance(ms: number): void {
    this.#now = Instant.plusMs(this.#now, ms);
  }
}
