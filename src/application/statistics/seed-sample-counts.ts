import { DAY_MS, Instant } from '../../domain/shared/instant.ts';
import type { DailyCount } from '../../ports/daily-counts.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

const DAYS = 30;

/** Fills a development store with the counts of a month, so that no chart is empty. The same each time. */
export class SeedSampleCounts extends UseCase<Pick<Ports, 'clock' | 'unitOfWork'>> {
  async execute(): Promise<void> {
    const now = this.deps.clock.now();
    const counts = Array.from({ length: DAYS }, (_, index) => sampleOf(now, index + 1 - DAYS)).flat();
    await this.deps.unitOfWork.run(({ dailyCounts }) => dailyCounts.put(counts));
  }
}

/** @param ago days, negative; today has a part of its counts */
const sampleOf = (now: Instant, ago: number): DailyCount[] => {
  const at = Instant.plusMs(now, ago * DAY_MS);
  // 1970 began on a Thursday.
  const weekday = (Math.floor(Instant.epochMs(at) / DAY_MS) + 4) % 7;
  // Weekends are quiet, and no two days are alike.
  const busy = (weekday === 0 || weekday === 6 ? 0.5 : 1) * (1 + ((ago * ago * 7) % 11) / 40) * (ago === 0 ? 0.4 : 1);
  const about = (number: number) => Math.round(number * busy);
  const counts: Readonly<Partial<Record<DailyCount['name'], number>>> = {
    'validation.VALID': about(240 + ago * 2),
    'validation.IN_GRACE': ago > -4 ? about(30) : 0,
    'validation.NOT_ACTIVATED': about(14) + (ago === -17 ? 46 : 0),
    'validation.EXPIRED': about(ago > -20 ? 9 : 4),
    'validation.SUSPENDED': ago > -10 ? about(5) : 0,
    'validation.NOT_FOUND': about(3),
    'login.succeeded': about(12),
    'login.failed': about(3) + (ago === -8 ? 21 : 0),
    'limit.reached': ago === -8 ? 2 : 0,
    'license.issued': ago === -3 ? 1 : 0,
    'license.expired': ago === -4 || ago === -20 ? 1 : 0,
    'license.active': ago > -20 ? 3 : 4,
    'seat.used': ago > -12 ? 5 : 4,
    'seat.sold': ago > -20 ? 26 : 27,
  };
  const day = Instant.formatDay(at);
  return Object.entries(counts).flatMap(([name, count]) =>
    count === 0 ? [] : [{ day, name: name as DailyCount['name'], count }],
  );
};
