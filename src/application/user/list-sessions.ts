import type { Caller } from '../../domain/access/caller.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { SessionLimits } from '../../domain/user/session.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';

export type SessionView = Readonly<{
  id: string;
  createdAt: string;
  lastSeenAt: string;
  ip: string;
  userAgent: string;
  isCurrent: boolean;
}>;

type ListSessionsQuery = Readonly<{ caller: Caller; limit: number; after?: string | undefined }>;

type OfUser = Readonly<{ userId: UserId }>;

export type LiveSessionsDeps = Pick<Ports, 'sessionQueries' | 'clock'> & {
  sessionLimits: SessionLimits;
  staffIdleMs: number;
};

/** The live sessions of a user in the order they began. */
export class ListSessions extends UseCase<LiveSessionsDeps> {
  /** The caller's own. @throws {DomainError} access.unauthenticated */
  async execute(query: ListSessionsQuery): Promise<Page<SessionView, string>> {
    return this.ofUser({ ...query, userId: query.caller.requireSession().userId });
  }

  /** Empty for an unknown user. @throws {DomainError} access.unauthenticated | access.forbidden */
  async ofUser(query: ListSessionsQuery & OfUser): Promise<Page<SessionView, string>> {
    const { caller, userId } = query;
    // Also open to a session that must set up a second factor first.
    if (caller.userId !== userId) caller.require('users:read');
    return liveSessions(this.deps, query);
  }
}

/** A page of the live sessions, also for callers who are allowed them by another scope. */
export const liveSessions = async (
  deps: LiveSessionsDeps,
  { caller, userId, limit, after }: ListSessionsQuery & OfUser,
): Promise<Page<SessionView, string>> => {
  const { sessionQueries, clock, sessionLimits, staffIdleMs } = deps;
  const at = clock.now();
  const found = await sessionQueries.list({
    userId,
    limit: limit + 1,
    after: after === undefined ? undefined : SessionId.parse(after),
    begunAfter: Instant.plusMs(at, -sessionLimits.ttlMs),
    seenAfter: Instant.plusMs(at, -sessionLimits.idleMs),
    staffSeenAfter: Instant.plusMs(at, -staffIdleMs),
  });
  const sessions = found.map((session) => {
    const { id, createdAt, lastSeenAt, ip, userAgent } = session.toSnapshot();
    return { id, createdAt, lastSeenAt, ip, userAgent, isCurrent: id === caller.sessionId };
  });
  return pageOf<SessionView, string>(sessions, limit, ({ id }) => id);
};
