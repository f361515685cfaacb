import type { EventSource, SecurityEvent, SecurityLog } from '../../src/ports/security-log.ts';

/** Collects security events for features and tests. */
export class MemorySecurityLog implements SecurityLog {
  readonly #events: SecurityEvent[] = [];

  /** Oldest first. */
  get events(): readonly SecurityEvent[] {
    return [...this.#events];
  }

  record(event: SecurityEvent): void {
    const { client } = event;
    this.#events.push(client === undefined ? { ...event } : { ...event, client: sourceOf(client) });
  }
}

const sourceOf = ({ ip, requestId }: EventSource): EventSource =>
  requestId === undefined ? { ip } : { ip, requestId };
