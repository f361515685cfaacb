import type { Instant } from '../domain/shared/instant.ts';

export type PurgeQuery = Readonly<{
  at: Instant;
  sessionsBegunBefore: Instant;
  sessionsSeenBefore: Instant;
  /** Of people with a role. */
  staffSessionsSeenBefore: Instant;
  tokensExpiredBefore: Instant;
}>;

/** Deletes expired data. */
export interface Retention {
  /**
   * Deletes sessions that began or were last seen too long ago, API tokens that expired too long ago, and what ended by
   * `at`: resets, confirmations, log-in challenges, second factors that were never confirmed, counters, idempotency records,
   * known networks and retired signing keys.
   * @returns the number of deleted rows
   */
  purge(query: PurgeQuery): Promise<number>;
}
