import type { Instant } from '../domain/shared/instant.ts';

/** One thing that is counted: which limit, and on whom (hashed, so that the store holds no addresses twice). */
export type AttemptKey = Readonly<{ key: string; windowMs: number }>;

/**
 * How often something was tried, shared by all instances.
 *
 * Every adapter passes test/contracts/attempt-counters.contract.ts.
 */
export interface AttemptCounters {
  /**
   * Counts one attempt on each key and tells how many there are now, this one included, in the order asked. A window
   * that has ended begins anew.
   */
  count(keys: readonly AttemptKey[], at: Instant): Promise<readonly Readonly<{ count: number; resetsAt: Instant }>[]>;

  /** How often, without counting. 0 where nothing is counted or the window has ended. */
  read(keys: readonly string[], at: Instant): Promise<readonly Readonly<{ count: number; resetsAt: Instant }>[]>;

  /** Takes one attempt back. Never below zero. */
  refund(keys: readonly string[]): Promise<void>;

  /** Forgets all attempts. */
  clear(keys: readonly string[]): Promise<void>;
}
