import { latestEnd } from '../shared/clock-skew.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

export type KnownNetworkSnapshot = Readonly<{
  /** Of the user and the network. */
  hash: TokenHash;
  userId: UserId;
  expiresAt: Instant;
}>;

/** A network from which a user has completed a log-in. Log-in attempts on the account from there count by themselves. */
export class KnownNetwork {
  /** From the log-in on. Unit: milliseconds. */
  static readonly TTL_MS = 90 * DAY_MS;
  /** The newest are kept. */
  static readonly MAX_PER_USER = 20;

  readonly #state: KnownNetworkSnapshot;

  private constructor(state: KnownNetworkSnapshot) {
    this.#state = state;
  }

  static ofLogin({ hash, userId, at }: Readonly<{ hash: TokenHash; userId: UserId; at: Instant }>): KnownNetwork {
    return new KnownNetwork({ hash, userId, expiresAt: Instant.plusMs(at, KnownNetwork.TTL_MS) });
  }

  /** Restores a stored network. For stores only. */
  static fromSnapshot(snapshot: KnownNetworkSnapshot): KnownNetwork {
    return new KnownNetwork(snapshot);
  }

  /** Half-open: not known at the end. */
  isKnown(at: Instant): boolean {
    const { expiresAt } = this.#state;
    return at < expiresAt && expiresAt <= latestEnd(KnownNetwork.TTL_MS, at);
  }

  toSnapshot(): KnownNetworkSnapshot {
    return this.#state;
  }
}
