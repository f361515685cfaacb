import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { KnownNetwork } from '../../../domain/user/known-network.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { KnownNetworks } from '../../../ports/known-networks.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryKnownNetworks extends MemoryRepository implements KnownNetworks {
  async put(network: KnownNetwork, { keep }: { keep: number }): Promise<void> {
    const { users, knownNetworks } = this.tables;
    const row = network.toSnapshot();
    if (!users.has(row.userId)) throw new BrokenInvariant('A known network of an unknown user');
    knownNetworks.set(row.hash, row);
    for (const { hash } of this.#rowsOf(row.userId).slice(keep)) knownNetworks.delete(hash);
  }

  async find(hash: TokenHash): Promise<KnownNetwork | undefined> {
    const row = this.tables.knownNetworks.get(hash);
    return row === undefined ? undefined : KnownNetwork.fromSnapshot(row);
  }

  async listOf(userId: UserId): Promise<readonly KnownNetwork[]> {
    return this.#rowsOf(userId).map((row) => KnownNetwork.fromSnapshot(row));
  }

  async removeAllOf(userId: UserId): Promise<void> {
    for (const { hash } of this.#rowsOf(userId)) this.tables.knownNetworks.delete(hash);
  }

  #rowsOf(userId: UserId) {
    return [...this.tables.knownNetworks.values()]
      .filter((row) => row.userId === userId)
      .sort((a, b) => (`${a.expiresAt} ${a.hash}` < `${b.expiresAt} ${b.hash}` ? 1 : -1));
  }
}
