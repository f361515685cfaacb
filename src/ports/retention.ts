import type { Instant } from '../domain/shared/instant.ts';

/** Throws away what nobody can use any more. Every adapter passes test/contracts/retention.contract.ts. */
export interface Retention {
  /** Sessions that began or were last seen too long ago, resets, counters and retired signing keys that ended by `at`. @returns how many rows left */
  purge(query: { at: Instant; sessionsBegunBefore: Instant; sessionsSeenBefore: Instant }): Promise<number>;
}
