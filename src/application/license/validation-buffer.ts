import type { LicenseId } from '../../domain/license/license-id.ts';
import { Instant } from '../../domain/shared/instant.ts';

/** More licenses than anybody asks about in a few seconds. What comes on top is not written down. */
const MAX_LICENSES = 100_000;

/**
 * When licenses were last asked about, in memory: the hottest question of the house writes nothing. What is in here when
 * the process is killed is lost, on purpose; it is a hint for people, not a proof.
 */
export class ValidationBuffer {
  #latest = new Map<LicenseId, Instant>();

  add(id: LicenseId, at: Instant): void {
    if (this.#latest.size < MAX_LICENSES || this.#latest.has(id)) this.#latest.set(id, at);
  }

  /** What was noted since the last time, by the second. */
  take(): ReadonlyMap<Instant, readonly LicenseId[]> {
    const latest = this.#latest;
    this.#latest = new Map();
    return Map.groupBy(latest.keys(), (id) => Instant.wholeSecond(latest.get(id) as Instant));
  }
}
