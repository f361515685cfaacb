import type { Instant } from '../../../domain/shared/instant.ts';
import type { Retention } from '../../../ports/retention.ts';
import { MemoryRepository } from './memory-repository.ts';
import { MemorySessions } from './memory-sessions.ts';

export class MemoryRetention extends MemoryRepository implements Retention {
  async purge(query: { at: Instant; sessionsBegunBefore: Instant; sessionsSeenBefore: Instant }): Promise<number> {
    const { sessions, passwordResets, confirmations, attempts, idempotencyRecords, signingKeys } = this.tables;
    const size = () =>
      sessions.size +
      passwordResets.size +
      confirmations.size +
      attempts.size +
      idempotencyRecords.size +
      signingKeys.size;
    const before = size();
    for (const { id, createdAt, lastSeenAt } of [...sessions.values()]) {
      if (createdAt <= query.sessionsBegunBefore || lastSeenAt <= query.sessionsSeenBefore) {
        await new MemorySessions(() => this.tables).remove({ id });
      }
    }
    for (const [userId, { expiresAt }] of passwordResets) if (expiresAt <= query.at) passwordResets.delete(userId);
    for (const [hash, { expiresAt }] of confirmations) if (expiresAt <= query.at) confirmations.delete(hash);
    for (const [key, { resetsAt }] of attempts) if (resetsAt <= query.at) attempts.delete(key);
    for (const [key, { expiresAt }] of idempotencyRecords) if (expiresAt <= query.at) idempotencyRecords.delete(key);
    for (const [kid, { publishedUntil }] of signingKeys) {
      if (publishedUntil !== null && publishedUntil <= query.at) signingKeys.delete(kid);
    }
    return before - size();
  }
}
