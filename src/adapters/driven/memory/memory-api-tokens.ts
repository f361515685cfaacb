import { ApiToken, type ApiTokenId, type ApiTokenSnapshot, type TokenOwner } from '../../../domain/access/api-token.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { ApiTokenQueries, FoundApiToken } from '../../../ports/api-token-queries.ts';
import type { ApiTokenRepository, TokenUse } from '../../../ports/api-token-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryApiTokens extends MemoryRepository implements ApiTokenRepository, ApiTokenQueries {
  async lock(id: ApiTokenId): Promise<ApiToken> {
    return (await this.get(id)).token;
  }

  async get(id: ApiTokenId): Promise<FoundApiToken> {
    const row = this.tables.apiTokens.get(id);
    if (row === undefined) throw new DomainError('token.not-found', 'There is no such token.');
    return this.#found(row);
  }

  async save(token: ApiToken): Promise<void> {
    const next = token.toSnapshot();
    const stored = this.tables.apiTokens.get(next.id);
    if ((stored?.version ?? 0) !== next.version) throw new DomainError('token.stale', 'The token has changed since.');
    if (next.ownerId !== null && !this.tables.users.has(next.ownerId)) {
      throw new DomainError('user.not-found', 'There is no such user.');
    }
    const { lastUsedAt, lastUsedIp } = stored ?? next;
    this.tables.apiTokens.set(next.id, { ...next, lastUsedAt, lastUsedIp, version: next.version + 1 });
  }

  async remove(id: ApiTokenId): Promise<void> {
    this.tables.apiTokens.delete(id);
  }

  async countLive(ownerId: UserId | null, at: Instant): Promise<number> {
    const rows = [...this.tables.apiTokens.values()];
    return rows.filter((row) => row.ownerId === ownerId && row.expiresAt > at).length;
  }

  async touchLastUsed(uses: readonly TokenUse[]): Promise<void> {
    for (const { id, at, ip } of uses) {
      const row = this.tables.apiTokens.get(id);
      if (row === undefined || (row.lastUsedAt ?? '') >= at) continue;
      this.tables.apiTokens.set(id, { ...row, lastUsedAt: at, lastUsedIp: ip });
    }
  }

  async findByHash(tokenHash: TokenHash): Promise<FoundApiToken | undefined> {
    const row = [...this.tables.apiTokens.values()].find(
      (each) => each.tokenHash === tokenHash || each.previous?.tokenHash === tokenHash,
    );
    return row && this.#found(row);
  }

  async list(): Promise<readonly FoundApiToken[]> {
    const newestFirst = [...this.tables.apiTokens.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
    return newestFirst.map((row) => this.#found(row));
  }

  #found(row: ApiTokenSnapshot): FoundApiToken {
    return { token: ApiToken.fromSnapshot(row), owner: this.#ownerOf(row) };
  }

  #ownerOf({ ownerId }: ApiTokenSnapshot): TokenOwner | null {
    const user = ownerId === null ? undefined : this.tables.users.get(ownerId);
    if (user === undefined) return null;
    const { email, role, ban, isSample } = user;
    return { email, role, isBanned: ban !== null, isSample };
  }

  /** Removes the tokens of a user. */
  removeAllOf(userId: UserId): number {
    const removed = [...this.tables.apiTokens.values()].filter(({ ownerId }) => ownerId === userId);
    for (const { id } of removed) this.tables.apiTokens.delete(id);
    return removed.length;
  }
}
