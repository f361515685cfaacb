import type { PurgeQuery, Retention } from '../../../ports/retention.ts';
import { MemoryRepository } from './memory-repository.ts';
import { MemorySessions } from './memory-sessions.ts';

export class MemoryRetention extends MemoryRepository implements Retention {
  async purge(query: PurgeQuery): Promise<number> {
    const { users, sessions, passwordResets, confirmations, apiTokens, attempts, idempotencyRecords, signingKeys } =
      this.tables;
    const { secondFactors, knownNetworks, loginChallenges } = this.tables;
    const size = () =>
      secondFactors.size +
      knownNetworks.size +
      sessions.size +
      passwordResets.size +
      confirmations.size +
      loginChallenges.size +
      apiTokens.size +
      attempts.size +
      idempotencyRecords.size +
      signingKeys.size;
    const before = size();
    for (const { id, userId, createdAt, lastSeenAt } of [...sessions.values()]) {
      const isStaff = users.get(userId)?.role !== null;
      const seenBefore = isStaff ? query.staffSessionsSeenBefore : query.sessionsSeenBefore;
      if (createdAt <= query.sessionsBegunBefore || lastSeenAt <= seenBefore) {
        await new MemorySessions(this.tables).remove({ id });
      }
    }
    for (const [userId, { expiresAt }] of passwordResets) if (expiresAt <= query.at) passwordResets.delete(userId);
    for (const [hash, { expiresAt }] of confirmations) if (expiresAt <= query.at) confirmations.delete(hash);
    for (const [hash, { expiresAt }] of loginChallenges) if (expiresAt <= query.at) loginChallenges.delete(hash);
    for (const [id, { expiresAt }] of apiTokens) if (expiresAt <= query.tokensExpiredBefore) apiTokens.delete(id);
    for (const [userId, { expiresAt }] of secondFactors) {
      if (expiresAt !== null && expiresAt <= query.at) secondFactors.delete(userId);
    }
    for (const [hash, { expiresAt }] of knownNetworks) if (expiresAt <= query.at) knownNetworks.delete(hash);
    for (const [key, { resetsAt }] of attempts) if (resetsAt <= query.at) attempts.delete(key);
    for (const [key, { expiresAt }] of idempotencyRecords) if (expiresAt <= query.at) idempotencyRecords.delete(key);
    for (const [kid, { publishedUntil }] of signingKeys) {
      if (publishedUntil !== null && publishedUntil <= query.at) signingKeys.delete(kid);
    }
    return before - size();
  }
}
