import type { ActiveKeys, SigningKey } from '../../../domain/license/signing-key.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import type { SigningKeyQueries } from '../../../ports/signing-key-queries.ts';
import type { SigningKeyRepository } from '../../../ports/signing-key-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemorySigningKeys extends MemoryRepository implements SigningKeyRepository, SigningKeyQueries {
  async active(): Promise<ActiveKeys> {
    return this.findActive();
  }

  async findActive(): Promise<ActiveKeys> {
    const keys = [...this.tables.signingKeys.values()].filter(({ publishedUntil }) => publishedUntil === null);
    return { current: keys.find(({ isPending }) => !isPending), pending: keys.find(({ isPending }) => isPending) };
  }

  async add(key: SigningKey): Promise<SigningKey> {
    const { current, pending } = await this.findActive();
    const present = key.isPending ? pending : current;
    if (present !== undefined) return present;
    this.tables.signingKeys.set(key.kid, { ...key });
    return key;
  }

  async replace(key: SigningKey): Promise<void> {
    const { signingKeys } = this.tables;
    if (!signingKeys.has(key.kid)) throw new BrokenInvariant(`There is no signing key ${key.kid}`);
    signingKeys.set(key.kid, { ...key });
  }

  async listPublished(at: Instant) {
    const keys = [...this.tables.signingKeys.values()];
    const { current, pending } = await this.findActive();
    const older = keys.filter(({ publishedUntil }) => publishedUntil !== null && publishedUntil > at);
    older.sort((a, b) => (String(a.publishedUntil) > String(b.publishedUntil) ? -1 : 1));
    const published = [current, pending, ...older].filter((key) => key !== undefined);
    return published.map(({ kid, publicKey }) => ({ kid, publicKey }));
  }
}
