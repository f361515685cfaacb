import type { DailyCount, DailyCounts } from '../../../ports/daily-counts.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryDailyCounts extends MemoryRepository implements DailyCounts {
  async add(counts: readonly DailyCount[]): Promise<void> {
    const before = ({ day, name }: DailyCount) => this.tables.dailyCounts.get(`${day} ${name}`)?.count ?? 0;
    await this.put(counts.map((each) => ({ ...each, count: before(each) + each.count })));
  }

  async put(counts: readonly DailyCount[]): Promise<void> {
    for (const each of counts) this.tables.dailyCounts.set(`${each.day} ${each.name}`, each);
  }

  async listBetween(first: string, last: string): Promise<readonly DailyCount[]> {
    return [...this.tables.dailyCounts.values()].filter((each) => each.day >= first && each.day <= last);
  }

  async countQueuedEmails(limit: number): Promise<number> {
    const queued = [...this.tables.outbox.values()].filter(({ dueAt }) => dueAt !== undefined);
    return Math.min(limit, queued.length);
  }
}
