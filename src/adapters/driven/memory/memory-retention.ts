import type { Instant } from '../../../domain/shared/instant.ts';
import type { PurgeQuery, Retention } from '../../../ports/retention.ts';
import { MemoryRepository } from './memory-repository.ts';
import { MemorySessions } from './memory-sessions.ts';
import type { Table } from './memory-tables.ts';

export class MemoryRetention extends MemoryRepository implements Retention {
  async purge(query: PurgeQuery): Promise<number> {
    const { tables } = this;
    const sessionsOver = [...tables.sessions.values()].filter(({ userId, createdAt, lastSeenAt }) => {
      const isStaff = tables.users.get(userId)?.role !== null;
      const seenBefore = isStaff ? query.staffSessionsSeenBefore : query.sessionsSeenBefore;
      return createdAt <= query.sessionsBegunBefore || lastSeenAt <= seenBefore;
    });
    for (const { id } of sessionsOver) await new MemorySessions(tables).remove({ id });
    const isOver = ({ expiresAt }: { expiresAt: Instant | null }) => expiresAt !== null && expiresAt <= query.at;
    return (
      sessionsOver.length +
      removed(tables.passwordResets, isOver) +
      removed(tables.confirmations, isOver) +
      removed(tables.loginChallenges, isOver) +
      removed(tables.secondFactors, isOver) +
      removed(tables.knownNetworks, isOver) +
      removed(tables.idempotencyRecords, isOver) +
      removed(tables.apiTokens, ({ expiresAt }) => expiresAt <= query.tokensExpiredBefore) +
      removed(tables.attempts, ({ resetsAt }) => resetsAt <= query.at) +
      removed(tables.signingKeys, ({ publishedUntil }) => publishedUntil !== null && publishedUntil <= query.at)
    );
  }
}

/** @returns the number of rows that were removed */
const removed = <Key, Row>(table: Table<Key, Row>, isOver: (row: Row) => boolean): number => {
  const over = [...table].filter(([, row]) => isOver(row));
  for (const [key] of over) table.delete(key);
  return over.length;
};
