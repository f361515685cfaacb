import type { SessionView } from '../../../../../application/user/list-sessions.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';

export const presentSession = ({ id, createdAt, lastSeenAt, ip, userAgent, isCurrent }: SessionView) => ({
  id,
  created_at: Instant.format(createdAt),
  last_seen_at: Instant.format(lastSeenAt),
  ip,
  user_agent: userAgent,
  current: isCurrent,
});
