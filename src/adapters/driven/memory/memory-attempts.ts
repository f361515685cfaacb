import { latestEnd } from '../../../domain/shared/clock-skew.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { AttemptCount, AttemptCounters, AttemptKey } from '../../../ports/attempt-counters.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryAttempts extends MemoryRepository implements AttemptCounters {
  async count(keys: readonly AttemptKey[], at: Instant) {
    return keys.map(({ key, windowMs }) => {
      const row = this.tables.attempts.get(key);
      const next =
        row === undefined || !isRunning(row, windowMs, at)
          ? { count: 1, resetsAt: Instant.plusMs(at, windowMs) }
          : { count: row.count + 1, resetsAt: row.resetsAt };
      this.tables.attempts.set(key, next);
      return next;
    });
  }

  async read(keys: readonly AttemptKey[], at: Instant) {
    return keys.map(({ key, windowMs }) => {
      const row = this.tables.attempts.get(key);
      return row === undefined || !isRunning(row, windowMs, at) ? { count: 0, resetsAt: at } : row;
    });
  }

  async lock(): Promise<void> {}

  async refund(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const row = this.tables.attempts.get(key);
      if (row !== undefined) this.tables.attempts.set(key, { ...row, count: Math.max(0, row.count - 1) });
    }
  }

  async clear(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.tables.attempts.delete(key);
  }
}

const isRunning = ({ resetsAt }: AttemptCount, windowMs: number, at: Instant): boolean =>
  at < resetsAt && resetsAt <= latestEnd(windowMs, at);
