import type { Instant } from '../domain/shared/instant.ts';

/** One counter: a limit and the hash of its subject, so that the store contains no address twice. */
export type AttemptKey = Readonly<{ key: string; windowMs: number }>;

export type AttemptCount = Readonly<{ count: number; resetsAt: Instant }>;

/** Counters of attempts, shared by all instances. */
export interface AttemptCounters {
  /**
   * Counts one attempt on each key. The first attempt after the end of a window begins the next, and so does one in a
   * window with an end after `latestEnd`.
   * @returns the counts with this attempt, in the order of `keys`
   */
  count(keys: readonly AttemptKey[], at: Instant): Promise<readonly AttemptCount[]>;

  /** The counts, in the order of `keys`. 0 where nothing is counted, the window has ended, or ends after `latestEnd`. */
  read(keys: readonly AttemptKey[], at: Instant): Promise<readonly AttemptCount[]>;

  /** Locks counters in the order of their keys, where the store locks rows, to avoid deadlocks. Changes no count. */
  lock(keys: readonly string[]): Promise<void>;

  /** Takes one attempt back. Never below zero. */
  refund(keys: readonly string[]): Promise<void>;

  /** Resets the counters to zero. */
  clear(keys: readonly string[]): Promise<void>;
}
