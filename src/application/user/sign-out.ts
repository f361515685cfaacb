import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** Ends the caller's session. */
export class SignOut extends UseCase<Pick<Ports, 'unitOfWork' | 'securityLog'>> {
  /** @throws {DomainError} session.required */
  async execute({ caller, client }: Readonly<{ caller: Caller; client: Client }>): Promise<void> {
    const { sessionId, userId } = caller;
    if (sessionId === undefined || userId === undefined) throw new DomainError('session.required', 'Log in first.');
    await this.deps.unitOfWork.run(({ sessions }) => sessions.remove({ id: sessionId }));
    this.deps.securityLog.record({ event: 'session_ended', userId, client });
  }
}
