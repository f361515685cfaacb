import type { FollowsAnswer } from '../domain/developer-pair/evidence.ts';
import type { Handle } from '../domain/developer-pair/handle.ts';

/** The follow relations on Twitter. */
export interface FollowGraph {
  /**
   * Whether each of two developers follows the other. Always finds out whether both exist. Calls `isWorthPaying` before
   * any request that costs more than that, and answers `not-asked` where it says no.
   * @throws {PortError} upstream.unavailable | upstream.exhausted | upstream.refused | upstream.nonsense
   */
  followEachOther(a: Handle, b: Handle, isWorthPaying: () => Promise<boolean>): Promise<FollowsAnswer>;
}
