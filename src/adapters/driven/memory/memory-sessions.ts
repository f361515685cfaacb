import { latestRecorded } from '../../../domain/shared/clock-skew.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { Session } from '../../../domain/user/session.ts';
import type { SessionId } from '../../../domain/user/session-id.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { SessionQueries } from '../../../ports/session-queries.ts';
import type { SessionRepository } from '../../../ports/session-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemorySessions extends MemoryRepository implements SessionRepository, SessionQueries {
  async add(session: Session): Promise<void> {
    const row = session.toSnapshot();
    if (!this.tables.users.has(row.userId)) throw new BrokenInvariant('A session of an unknown user');
    this.tables.sessions.set(row.id, row);
    this.tables.sessionIdByToken.set(row.tokenHash, row.id);
  }

  async touch(id: SessionId, at: Instant): Promise<void> {
    const row = this.tables.sessions.get(id);
    if (row === undefined || at < row.createdAt) return;
    if (row.lastSeenAt < at || row.lastSeenAt > latestRecorded(at))
      this.tables.sessions.set(id, { ...row, lastSeenAt: at });
  }

  async elevate(id: SessionId, until: Instant): Promise<void> {
    const row = this.tables.sessions.get(id);
    if (row === undefined) throw new DomainError('session.not-found', 'There is no such session.');
    this.tables.sessions.set(id, { ...row, elevatedUntil: until });
  }

  async find(id: SessionId): Promise<Session | undefined> {
    const row = this.tables.sessions.get(id);
    return row && Session.fromSnapshot(row);
  }

  async remove(which: { id: SessionId } | { tokenHash: TokenHash }): Promise<Session | undefined> {
    const id = 'id' in which ? which.id : this.tables.sessionIdByToken.get(which.tokenHash);
    const row = id === undefined ? undefined : this.tables.sessions.get(id);
    if (row === undefined) return undefined;
    this.tables.sessions.delete(row.id);
    this.tables.sessionIdByToken.delete(row.tokenHash);
    return Session.fromSnapshot(row);
  }

  async removeOldestOf(userId: UserId, { keep }: { keep: number }): Promise<number> {
    const surplus = this.#rowsOf(userId).slice(0, -keep);
    for (const { id } of surplus) await this.remove({ id });
    return surplus.length;
  }

  async removeAllOf(userId: UserId, { except }: { except?: SessionId | undefined } = {}): Promise<number> {
    const rows = this.#rowsOf(userId).filter(({ id }) => id !== except);
    for (const { id } of rows) await this.remove({ id });
    return rows.length;
  }

  async findByToken(tokenHash: TokenHash): ReturnType<SessionQueries['findByToken']> {
    const id = this.tables.sessionIdByToken.get(tokenHash);
    const session = id && (await this.find(id));
    if (session === undefined) return undefined;
    const user = this.tables.users.get(session.userId);
    if (user === undefined) throw new BrokenInvariant('A session of an unknown user');
    const { email, role, isSample, hasSecondFactor } = user;
    return { session, email, role, isSample, hasSecondFactor };
  }

  async list(query: Parameters<SessionQueries['list']>[0]): Promise<readonly Session[]> {
    const { userId, limit, after = '', begunAfter, seenAfter, staffSeenAfter } = query;
    const isStaff = this.tables.users.get(userId)?.role !== null;
    return this.#rowsOf(userId)
      .filter((row) => row.id > after && row.createdAt > begunAfter && row.lastSeenAt > seenAfter)
      .filter((row) => !isStaff || row.lastSeenAt > staffSeenAfter)
      .slice(0, limit)
      .map((row) => Session.fromSnapshot(row));
  }

  /** In the order they began. */
  #rowsOf(userId: UserId) {
    const rows = [...this.tables.sessions.values()].filter((row) => row.userId === userId);
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
