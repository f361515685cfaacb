import type { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import type { Connection, DeveloperPair } from './developer-pair.ts';
import type { CanonicalHandle } from './handle.ts';
import type { PairCheckId } from './pair-check-id.ts';

/** Everything that must survive a restart. */
export type PairCheckSnapshot = Readonly<{
  id: PairCheckId;
  /** In their own order, which is not the order of the question. */
  first: CanonicalHandle;
  second: CanonicalHandle;
  at: Instant;
  connection: Connection;
}>;

/** What was true of a pair at one moment. Written down once, when a check completed, and never changed. */
export class PairCheck {
  readonly #state: PairCheckSnapshot;

  private constructor(state: PairCheckSnapshot) {
    const { id, first, second, connection } = state;
    invariant(first < second, `The pair of check ${id} is not in its order`);
    invariant(!connection.connected || connection.organisations.length > 0, `Check ${id} connects by nothing`);
    this.#state = state;
  }

  static record(found: { id: PairCheckId; pair: DeveloperPair; connection: Connection; at: Instant }): PairCheck {
    const { id, pair, connection, at } = found;
    return new PairCheck({ id, first: pair.first, second: pair.second, at, connection });
  }

  /** For stores only. */
  static fromSnapshot(snapshot: PairCheckSnapshot): PairCheck {
    return new PairCheck(snapshot);
  }

  toSnapshot(): PairCheckSnapshot {
    return this.#state;
  }
}
