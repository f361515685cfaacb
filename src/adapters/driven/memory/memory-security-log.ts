import type { SecurityEvent, SecurityLog } from '../../../ports/security-log.ts';

/** Keeps what it was told, so that a feature can ask what the log would say. */
export class MemorySecurityLog implements SecurityLog {
  readonly #events: SecurityEvent[] = [];

  /** Oldest first. */
  get events(): readonly SecurityEvent[] {
    return [...this.#events];
  }

  record(event: SecurityEvent): void {
    this.#events.push({ ...event });
  }
}
