import type { KnownNetwork } from '../domain/user/known-network.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The networks from which users have logged in. */
export interface KnownNetworks {
  /** Adds the network, or renews it, and removes the oldest of its user beyond `keep`. */
  put(network: KnownNetwork, options: { keep: number }): Promise<void>;

  find(hash: TokenHash): Promise<KnownNetwork | undefined>;

  /** Newest first. */
  listOf(userId: UserId): Promise<readonly KnownNetwork[]>;

  removeAllOf(userId: UserId): Promise<void>;
}
