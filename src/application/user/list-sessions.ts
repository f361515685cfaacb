import type { Caller } from '../../domain/access/caller.ts';
import type { SessionLimits } from '../../domain/user/session.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SessionQueries } from '../../ports/session-queries.ts';

export type SessionView = Readonly<{
  id: string;
  createdAt: string;
  lastSeenAt: string;
  ip: string;
  userAgent: string;
  isCurrent: boolean;
}>;

/** The caller's live sessions in the order they began. */
export class ListSessions {
  readonly #deps: { sessionQueries: SessionQueries; clock: Clock; sessionLimits: SessionLimits };

  constructor(deps: { sessionQueries: SessionQueries; clock: Clock; sessionLimits: SessionLimits }) {
    this.#deps = deps;
  }

  /** @throws {DomainError} access.unauthenticated */
  async execute({ caller }: Readonly<{ caller: Caller }>): Promise<readonly SessionView[]> {
    const { sessionQueries, clock, sessionLimits } = this.#deps;
    const at = clock.now();
    const sessions = await sessionQueries.listOf(caller.requireUser());
    return sessions
      .filter((session) => session.isLive(at, sessionLimits))
      .map((session) => {
        const { id, createdAt, lastSeenAt, ip, userAgent } = session.toSnapshot();
        return { id, createdAt, lastSeenAt, ip, userAgent, isCurrent: id === caller.sessionId };
      });
  }
}
