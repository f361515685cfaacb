import { Instant } from './instant.ts';

/** The clocks of two instances may differ by this much, and one clock may be set back by it. Unit: milliseconds. */
export const MAX_CLOCK_SKEW_MS = 300_000;

/** The last instant that a right clock may have recorded by now. A later one comes from a clock that was ahead. */
export const latestRecorded = (at: Instant): Instant => Instant.plusMs(at, MAX_CLOCK_SKEW_MS);

/** The last end that a window of `windowMs` may have by now. A later one was set by a clock that was ahead. */
export const latestEnd = (windowMs: number, at: Instant): Instant => Instant.plusMs(at, windowMs + MAX_CLOCK_SKEW_MS);
