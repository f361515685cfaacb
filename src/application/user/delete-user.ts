import type { Caller } from '../../domain/access/caller.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { consecutiveFailures } from './login-limits.ts';

/** Removes somebody for good, with their sessions and resets. */
export class DeleteUser {
  readonly #deps: { unitOfWork: UnitOfWork; throttle: Throttle; securityLog: SecurityLog };

  constructor(deps: { unitOfWork: UnitOfWork; throttle: Throttle; securityLog: SecurityLog }) {
    this.#deps = deps;
  }

  async execute({ caller, userId, client }: Readonly<{ caller: Caller; userId: string; client: Client }>) {
    const id = UserId.parse(userId);
    caller.requireSelfOrAdministrator(id);
    const streak = this.#deps.throttle.keyOf(consecutiveFailures(id));
    await this.#deps.unitOfWork.run(async ({ users, attempts }) => {
      await users.remove(id);
      await attempts.clear([streak]);
    });
    this.#deps.securityLog.record({ event: 'user_deleted', userId: id, ip: client.ip, requestId: client.requestId });
  }
}
