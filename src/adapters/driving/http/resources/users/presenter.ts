import type { SessionView } from '../../../../../application/user/list-sessions.ts';
import type { UserView } from '../../../../../ports/user-queries.ts';

/** Whole seconds: what the wire promises. */
export const wholeSeconds = (instant: string): string => `${instant.slice(0, 19)}Z`;

export const presentUser = ({ id, email, name, age, createdAt }: UserView) => ({
  id,
  email,
  name,
  age,
  created_at: wholeSeconds(createdAt),
});

export const presentSession = ({ id, createdAt, lastSeenAt, ip, userAgent, isCurrent }: SessionView) => ({
  id,
  created_at: wholeSeconds(createdAt),
  last_seen_at: wholeSeconds(lastSeenAt),
  ip,
  user_agent: userAgent,
  current: isCurrent,
});
