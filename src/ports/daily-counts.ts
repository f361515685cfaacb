import type { ValidationCode } from '../domain/license/license-validation.ts';

/** Events that are counted as they happen. */
export type CountedEvent = `validation.${ValidationCode}` | 'login.succeeded' | 'login.failed' | 'limit.reached';

/** Values that are measured now and then; the last measurement of a day stays. */
export type MeasuredNumber = 'license.active' | 'license.issued' | 'license.expired' | 'seat.used' | 'seat.sold';

/** @property day `2026-11-28`, UTC */
export type DailyCount = Readonly<{ day: string; name: CountedEvent | MeasuredNumber; count: number }>;

/** Counts of each day, shared by all instances. A number without a count is zero. */
export interface DailyCounts {
  /** Adds to what is counted already. Each day and name at most once. */
  add(counts: readonly DailyCount[]): Promise<void>;

  /** Replaces what was measured before. */
  put(counts: readonly DailyCount[]): Promise<void>;

  /** The counts of these days and of all between them, in no order. */
  listBetween(first: string, last: string): Promise<readonly DailyCount[]>;

  /** Emails that wait to be sent, counted up to `limit`. */
  countQueuedEmails(limit: number): Promise<number>;
}
