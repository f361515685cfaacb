import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** Ends a session: one of the caller's own, or any with the scope users:write. */
export class EndSession extends UseCase<Pick<Ports, 'unitOfWork' | 'securityLog'>> {
  /** @throws {DomainError} session.not-found, also for a session of another user */
  async execute({ caller, sessionId, client }: Readonly<{ caller: Caller; sessionId: string; client: Client }>) {
    if (!caller.has('users:write')) caller.requireUser();
    const id = SessionId.parse(sessionId);
    const userId = await this.deps.unitOfWork.run(async ({ sessions, users }) => {
      const session = await sessions.get(id);
      if (!caller.has('users:write') && session.userId !== caller.userId) {
        throw new DomainError('session.not-found', 'There is no such session.');
      }
      if (session.userId !== caller.userId) caller.requireStaffAccess(await users.get(session.userId));
      await sessions.remove({ id });
      return session.userId;
    });
    this.deps.securityLog.record({ event: 'session_ended', userId, client });
  }
}
