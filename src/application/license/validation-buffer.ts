import type { LicenseId } from '../../domain/license/license-id.ts';
import { Instant } from '../../domain/shared/instant.ts';

/** Far above the licenses validated within one flush interval. Further ones are not recorded. */
const MAX_LICENSES = 100_000;

/**
 * Buffers the times of validations in memory, so that the most frequent request does not write. A killed process loses
 * its buffer, which is acceptable for an informational field.
 */
export class ValidationBuffer {
  #latest = new Map<LicenseId, Instant>();

  add(id: LicenseId, at: Instant): void {
    if (this.#latest.size < MAX_LICENSES || this.#latest.has(id)) this.#latest.set(id, at);
  }

  /** Empties the buffer. @returns the licenses by the second of their last validation */
  take(): ReadonlyMap<Instant, readonly LicenseId[]> {
    const latest = this.#latest;
    this.#latest = new Map();
    return Map.groupBy(latest.keys(), (id) => Instant.wholeSecond(latest.get(id) as Instant));
  }
}
