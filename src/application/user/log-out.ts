import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** Ends the caller's session. */
export class LogOut extends UseCase<Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'>> {
  /** @throws {DomainError} session.required */
  async execute({ caller, client }: Readonly<{ caller: Caller; client: Client }>): Promise<void> {
    const { sessionId, userId } = caller;
    if (sessionId === undefined || userId === undefined) throw new DomainError('session.required', 'Log in first.');
    const at = this.deps.clock.now();
    await this.deps.unitOfWork.run(async (stores) => {
      // Ended by another request meanwhile.
      if ((await stores.sessions.remove({ id: sessionId })) === undefined) return;
      const subject = { kind: 'user', id: userId } as const;
      const changes = [{ field: 'session', before: sessionId }];
      await recordAudit(this.deps, stores, { caller, client, action: 'session.ended', subject, changes, at });
    });
    this.deps.securityLog.record({ event: 'session_ended', userId, client });
  }
}
