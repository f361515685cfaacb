import { isInForce } from '../../domain/license/license-status.ts';
import { DAY_MS, Instant } from '../../domain/shared/instant.ts';
import type { DailyCount, MeasuredNumber } from '../../ports/daily-counts.ts';
import type { LicenseListQuery } from '../../ports/license-queries.ts';
import type { Ports } from '../../ports/ports.ts';
import { licenseView } from '../license/license-view.ts';
import { UseCase } from '../use-case.ts';
import type { DailyCountBuffer } from './daily-count-buffer.ts';

type Deps = Pick<Ports, 'clock' | 'licenseQueries' | 'unitOfWork'> & { dailyCountBuffer: DailyCountBuffer };

/** Between two pages requests are answered. */
const PAGE_SIZE = 200;

/** Largest value of a column in both databases. */
const MAX_COUNT = 2_147_483_647;

/** Stores what was counted in memory, and measures all licenses. For the background. */
export class RecordDailyCounts extends UseCase<Deps> {
  /** Counts that a failed unit of work did not store return to the buffer. */
  async execute(): Promise<void> {
    const { dailyCountBuffer, unitOfWork } = this.deps;
    const counts = dailyCountBuffer.take();
    if (counts.length === 0) return;
    try {
      await unitOfWork.run(({ dailyCounts }) => dailyCounts.add(counts));
    } catch (error) {
      dailyCountBuffer.restore(counts);
      throw error;
    }
  }

  /**
   * Reads all licenses page by page. Several instances store the same numbers.
   * @param pause called after each page
   * @param isStopping when true, no further page is read and nothing is stored
   */
  async measure(pause: () => Promise<unknown>, isStopping: () => boolean = () => false): Promise<void> {
    const { clock, licenseQueries, unitOfWork } = this.deps;
    const at = clock.now();
    const today = Instant.formatDay(at);
    const yesterday = Instant.formatDay(Instant.plusMs(at, -DAY_MS));
    const measured = new Map<string, DailyCount>();
    const count = (day: string, name: MeasuredNumber, by: number) => {
      const before = measured.get(`${day} ${name}`)?.count ?? 0;
      measured.set(`${day} ${name}`, { day, name, count: Math.min(before + by, MAX_COUNT) });
    };
    for (const name of ['license.active', 'seat.used', 'seat.sold'] as const) count(today, name, 0);
    // A license that was counted may be deleted or renewed by now.
    for (const name of ['license.issued', 'license.expired'] as const) {
      for (const day of [today, yesterday]) count(day, name, 0);
    }
    const changed = (name: MeasuredNumber, moment: Instant | null) => {
      const day = moment !== null && moment <= at ? Instant.formatDay(moment) : '';
      if (day === today || day === yesterday) count(day, name, 1);
    };
    for (let after: LicenseListQuery['after'], isLast = false; !isLast; await pause()) {
      if (isStopping()) return;
      const page = await licenseQueries.list({ at, limit: PAGE_SIZE, after });
      for (const license of page) {
        const { status, activations, maxActivations, issuedAt, expiresAt } = licenseView(license, at);
        if (isInForce(status)) {
          count(today, 'license.active', 1);
          // A license without a limit sells no number of seats that its machines could be compared with.
          count(today, 'seat.used', maxActivations === null ? 0 : activations);
          count(today, 'seat.sold', maxActivations ?? 0);
        }
        changed('license.issued', issuedAt);
        if (status === 'expired' || status === 'in_grace') changed('license.expired', expiresAt);
      }
      after = page.at(-1);
      isLast = page.length < PAGE_SIZE;
    }
    await unitOfWork.run(({ dailyCounts }) => dailyCounts.put([...measured.values()]));
  }
}
