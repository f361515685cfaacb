import type { Fingerprint } from '../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../domain/license/license-id.ts';
import { Instant } from '../../domain/shared/instant.ts';

/** Far above the licenses and machines validated within one flush interval. Further ones are not recorded. */
const MAX_LICENSES = 100_000;

/**
 * Buffers the times of validations in memory, so that the most frequent request does not write. A killed process loses
 * its buffer, which is acceptable for an informational field. There is one of licenses and one of machines.
 */
export class ValidationBuffer<Id extends string = LicenseId> {
  readonly #latest = new Map<Id, Instant>();

  get size(): number {
    return this.#latest.size;
  }

  add(id: Id, at: Instant): void {
    if (this.#latest.size < MAX_LICENSES || this.#latest.has(id)) this.#latest.set(id, at);
  }

  /** Removes up to `limit` licenses, those first that came first. @returns them by the second of their last validation */
  take(limit: number): ReadonlyMap<Instant, readonly Id[]> {
    const taken = this.#latest.entries().take(limit).toArray();
    for (const [id] of taken) this.#latest.delete(id);
    const bySecond = Map.groupBy(taken, ([, at]) => Instant.wholeSecond(at));
    return new Map([...bySecond].map(([at, entries]) => [at, entries.map(([id]) => id)]));
  }
}

/** A machine that holds a seat on a license: the two have no space. */
export type SeatKey = `${LicenseId} ${Fingerprint}`;
