import type { Selectable } from 'kysely';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Session } from '../../../../domain/user/session.ts';
import { SessionId } from '../../../../domain/user/session-id.ts';
import { TokenHash } from '../../../../domain/user/token-hash.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { Schema } from '../schema.ts';
import { rehydrate } from './rehydrate.ts';

export const toSessionRow = (session: Session): Schema['sessions'] => {
  const { id, userId, tokenHash, createdAt, lastSeenAt, ip, userAgent } = session.toSnapshot();
  return {
    id,
    user_id: userId,
    token_hash: tokenHash,
    created_at: createdAt,
    last_seen_at: lastSeenAt,
    ip,
    user_agent: userAgent,
  };
};

export const toSession = (row: Selectable<Schema['sessions']>): Session =>
  rehydrate(`session ${row.id}`, () =>
    Session.fromSnapshot({
      id: SessionId.parse(row.id),
      userId: UserId.parse(row.user_id),
      tokenHash: TokenHash.parse(row.token_hash),
      createdAt: Instant.parse(row.created_at),
      lastSeenAt: Instant.parse(row.last_seen_at),
      ip: row.ip,
      userAgent: row.user_agent,
    }),
  );
