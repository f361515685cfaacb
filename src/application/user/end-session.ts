import type { Caller } from '../../domain/access/caller.ts';
import { counted } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

/** @property onlyOwn sessions of others do not exist, whatever the scopes */
type EndSessionCommand = Readonly<{ caller: Caller; sessionId: string; onlyOwn?: boolean; client: Client }>;

/** Ends sessions: the caller's own, or any with the scope users:write and a step-up. */
export class EndSession extends UseCase<Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'>> {
  /**
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required; session.not-found, without
   *   the scope also for a session of another user
   */
  async execute({ caller, sessionId, onlyOwn = false, client }: EndSessionCommand) {
    const endsOthers = !onlyOwn && caller.has('users:write');
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

  /**
   * All sessions of the caller but the present one.
   * @throws {DomainError} access.unauthenticated
   */
  async others({ caller, client }: Readonly<{ caller: Caller; client: Client }>): Promise<void> {
    const { userId, sessionId } = caller.requireSession();
    const ended = await this.deps.unitOfWork.run((stores) =>
      this.#endAll(stores, userId, { caller, client, except: sessionId }),
    );
    if (ended > 0) this.deps.securityLog.record({ event: 'session_ended', userId, client, detail: 'all others' });
  }

  /**
   * All sessions of a user, those that have expired included.
   * @returns their number
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found
   */
  async allOf({ caller, client, ...command }: Readonly<{ caller: Caller; userId: string; client: Client }>) {
    const userId = UserId.parse(command.userId);
    caller.require('users:write');
    caller.requireStepUp(this.deps.clock.now());
    const ended = await this.deps.unitOfWork.run(async (stores) => {
      // Locks the user: the session of a concurrent log-in ends too, or it begins after this.
      caller.requireStaffAccess(await stores.users.get(userId));
      return this.#endAll(stores, userId, { caller, client });
    });
    if (ended > 0) this.deps.securityLog.record({ event: 'session_ended', userId, client, detail: 'all' });
    return ended;
  }

  async #endAll(
    stores: Stores,
    userId: UserId,
    { caller, client, except }: Readonly<{ caller: Caller; client: Client; except?: SessionId }>,
  ): Promise<number> {
    const number = await stores.sessions.removeAllOf(userId, { except });
    if (number > 0) {
      const subject = { kind: 'user', id: userId } as const;
      const changes = counted({ sessions_ended: number });
      const at = this.deps.clock.now();
      await recordAudit(this.deps, stores, { caller, client, action: 'session.ended', subject, changes, at });
    }
    return number;
  }
}
