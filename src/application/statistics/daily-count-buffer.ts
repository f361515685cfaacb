import { Instant } from '../../domain/shared/instant.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CountedEvent, DailyCount } from '../../ports/daily-counts.ts';
import type { SecurityEvent, SecurityLog } from '../../ports/security-log.ts';

/** Counts events in memory, so that a request does not write. A killed process loses what it has not stored yet. */
export class DailyCountBuffer {
  #counts = new Map<string, DailyCount>();

  add(name: CountedEvent, at: Instant): void {
    this.#add({ day: Instant.formatDay(at), name, count: 1 });
  }

  /** Counts again what could not be stored. */
  restore(counts: readonly DailyCount[]): void {
    for (const each of counts) this.#add(each);
  }

  #add({ day, name, count }: DailyCount): void {
    const key = `${day} ${name}`;
    this.#counts.set(key, { day, name, count: (this.#counts.get(key)?.count ?? 0) + count });
  }

  /** Empties the buffer. */
  take(): readonly DailyCount[] {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }
}

const COUNTED: Partial<Record<SecurityEvent['event'], CountedEvent>> = {
  authn_login_success: 'login.succeeded',
  authn_login_fail: 'login.failed',
};

/** A security log that counts log-ins and failures. */
export const countingSecurityLog = (log: SecurityLog, counts: DailyCountBuffer, clock: Clock): SecurityLog => ({
  record(event) {
    const name = COUNTED[event.event];
    if (name !== undefined) counts.add(name, clock.now());
    log.record(event);
  },
});
