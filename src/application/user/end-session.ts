import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** Ends a session: one of the caller's own, or any with the scope users:write and a step-up. */
export class EndSession extends UseCase<Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'>> {
  /**
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required; session.not-found, without
   *   the scope also for a session of another user
   */
  async execute({ caller, sessionId, client }: Readonly<{ caller: Caller; sessionId: string; client: Client }>) {
    const endsOthers = caller.has('users:write');
    if (!endsOthers) caller.requireSession();
    const id = SessionId.parse(sessionId);
    const at = this.deps.clock.now();
    const userId = await this.deps.unitOfWork.run(async (stores) => {
      const { sessions, users } = stores;
      const session = await sessions.find(id);
      const isOwn = session !== undefined && session.userId === caller.userId;
      if (!isOwn && endsOthers) {
        if (session !== undefined) caller.requireStaffAccess(await users.get(session.userId));
        // Before the answer that there is no such session.
        caller.requireStepUp(at);
      }
      if (session === undefined || !(isOwn || endsOthers)) {
        throw new DomainError('session.not-found', 'There is no such session.');
      }
      if ((await sessions.remove({ id })) !== undefined) {
        const subject = { kind: 'user', id: session.userId } as const;
        const changes = [{ field: 'session', before: id }];
        await recordAudit(this.deps, stores, { caller, client, action: 'session.ended', subject, changes, at });
      }
      return session.userId;
    });
    this.deps.securityLog.record({ event: 'session_ended', userId, client });
  }
}
