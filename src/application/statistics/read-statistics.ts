import type { Caller } from '../../domain/access/caller.ts';
import { VALIDATION_DETAILS, type ValidationCode } from '../../domain/license/license-validation.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { DailyCount } from '../../ports/daily-counts.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

const DAY_MS = 86_400_000;

/** Further ones are not counted. */
export const MAX_QUEUED = 1_000;

/** All that a validation can answer, in order of precedence. */
export const VALIDATION_CODES = Object.keys(VALIDATION_DETAILS) as readonly ValidationCode[];

/** @property counts by their names; absent: none */
export type DayOfCounts = Readonly<{ day: string; counts: Readonly<Partial<Record<DailyCount['name'], number>>> }>;

/** @property queuedEmails at most {@link MAX_QUEUED} + 1 */
export type StatisticsView = Readonly<{ days: readonly DayOfCounts[]; queuedEmails: number }>;

/** Reads the counts of the last days. */
export class ReadStatistics extends UseCase<Pick<Ports, 'clock' | 'dailyCounts'>> {
  /**
   * @param query.days how many, with today; each is there, oldest first
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  async execute({ caller, days }: Readonly<{ caller: Caller; days: number }>): Promise<StatisticsView> {
    caller.require('licenses:read');
    const { clock, dailyCounts } = this.deps;
    const at = clock.now();
    const wanted = Array.from({ length: days }, (_, index) =>
      Instant.formatDay(Instant.plusMs(at, (index + 1 - days) * DAY_MS)),
    );
    const found = Map.groupBy(
      await dailyCounts.listBetween(wanted[0] ?? Instant.formatDay(at), Instant.formatDay(at)),
      ({ day }) => day,
    );
    return {
      days: wanted.map((day) => ({
        day,
        counts: Object.fromEntries((found.get(day) ?? []).map(({ name, count }) => [name, count])),
      })),
      queuedEmails: await dailyCounts.countQueuedEmails(MAX_QUEUED + 1),
    };
  }
}
