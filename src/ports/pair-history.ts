import type { DeveloperPair } from '../domain/developer-pair/developer-pair.ts';
import type { PairCheck } from '../domain/developer-pair/pair-check.ts';
import type { PairCheckId } from '../domain/developer-pair/pair-check-id.ts';

export interface PairHistory {
  add(check: PairCheck): Promise<void>;

  /** At most `limit` checks of the pair, oldest first, after `after`. */
  list(query: { pair: DeveloperPair; after?: PairCheckId | undefined; limit: number }): Promise<readonly PairCheck[]>;

  /** At most `limit` checks, newest first, before `before`: of the pair, or of all pairs. */
  listLatest(query: {
    pair?: DeveloperPair | undefined;
    before?: PairCheckId | undefined;
    limit: number;
  }): Promise<readonly PairCheck[]>;
}
