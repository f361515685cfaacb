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
   * known networks and retired signing keys. Where there are many, some of them, so that the unit of work is short.
   * @returns the number of deleted rows; 0: none is left
   */
  purge(query: PurgeQuery): Promise<number>;
}
