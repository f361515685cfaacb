import type { FollowsAnswer } from '../domain/developer-pair/evidence.ts';
import type { Handle } from '../domain/developer-pair/handle.ts';

/** Who follows whom. Every adapter passes test/contracts/follow-graph.contract.ts. */
export interface FollowGraph {
  /**
   * Does each of these two follow the other? Whether they exist is told in any case, whether they follow only where
   * `isWorthPaying`, which is asked before anything that costs more than looking the two names up.
   * @throws {PortError} upstream.unavailable | upstream.exhausted | upstream.refused | upstream.nonsense
   */
  followEachOther(one: Handle, other: Handle, isWorthPaying: () => Promise<boolean>): Promise<FollowsAnswer>;
}
