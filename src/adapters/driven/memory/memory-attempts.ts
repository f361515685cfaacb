import { latestEnd } from '../../../domain/shared/clock-skew.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { AttemptCount, AttemptCounters, AttemptKey } from '../../../ports/attempt-counters.ts';
import type { MemoryTables } from './memory-tables.ts';

export class MemoryAttempts implements AttemptCounters {
  readonly #rows: MemoryTables['attempts'];

  constructor({ attempts }: MemoryTables) {
    this.#rows = attempts;
  }

  async count(keys: readonly AttemptKey[], at: Instant) {
    return keys.map(({ key, windowMs }) => {
      const row = this.#rows.get(key);
      const next =
        row === undefined || !isRunning(row, windowMs, at)
          ? { count: 1, resetsAt: Instant.plusMs(at, windowMs) }
          : { count: row.count + 1, resetsAt: row.resetsAt };
      this.#rows.set(key, next);
      return next;
    });
  }

  async read(keys: readonly AttemptKey[], at: Instant) {
    return keys.map(({ key, windowMs }) => {
      const row = this.#rows.get(key);
      return row === undefined || !isRunning(row, windowMs, at) ? { count: 0, resetsAt: at } : row;
    });
  }

  async refund(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row !== undefined) this.#rows.set(key, { ...row, count: Math.max(0, row.count - 1) });
    }
  }

  async clear(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#rows.delete(key);
  }
}

const isRunning = ({ resetsAt }: AttemptCount, windowMs: number, at: Instant): boolean =>
  at < resetsAt && resetsAt <= latestEnd(windowMs, at);
