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

/** The live sessions of a user in the order they began. */
export class ListSessions extends UseCase<
  Pick<Ports, 'sessionQueries' | 'clock'> & { sessionLimits: SessionLimits; staffIdleMs: number }
> {
  /** The caller's own. @throws {DomainError} access.unauthenticated */
  async execute(query: ListSessionsQuery): Promise<Page<SessionView, string>> {
    return this.ofUser({ ...query, userId: query.caller.requireSession().userId });
  }

  /** Empty for an unknown user. @throws {DomainError} access.unauthenticated | access.forbidden */
  async ofUser(query: ListSessionsQuery & Readonly<{ userId: UserId }>): Promise<Page<SessionView, string>> {
    const { caller, userId, limit, after } = query;
    // Also open to a session that must set up a second factor first.
    if (caller.userId !== userId) caller.require('users:read');
    const { sessionQueries, clock, sessionLimits, staffIdleMs } = this.deps;
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
  }
}
