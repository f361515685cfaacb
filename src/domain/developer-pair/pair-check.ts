import type { Instant } from '../shared/instant.ts';
import { invariant } from '../shared/invariant.ts';
import type { Connection, DeveloperPair } from './developer-pair.ts';
import type { CanonicalHandle } from './handle.ts';
import type { PairCheckId } from './pair-check-id.ts';

/** The stored state of a check. */
export type PairCheckSnapshot = Readonly<{
  id: PairCheckId;
  /** In canonical order, which may differ from the order of the request. */
  first: CanonicalHandle;
  second: CanonicalHandle;
  at: Instant;
  connection: Connection;
}>;

/** The result of one completed check of a pair. Immutable. */
export class PairCheck {
  readonly #state: PairCheckSnapshot;

  private constructor(state: PairCheckSnapshot) {
    const { id, first, second, connection } = state;
    invariant(first < second, `The pair of check ${id} is not in canonical order`);
    invariant(
      !connection.connected || connection.organisations.length > 0,
      `Check ${id} connects without an organisation`,
    );
    this.#state = state;
  }

  static record(result: { id: PairCheckId; pair: DeveloperPair; connection: Connection; at: Instant }): PairCheck {
    const { id, pair, connection, at } = result;
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
