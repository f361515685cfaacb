import type { Caller } from '../../domain/access/caller.ts';
import { counted } from '../../domain/audit/audited-fields.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { assertOtherAdmin } from '../staff/last-admin.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { failuresOf } from './login-attempts.ts';

type DeleteUserCommand = Readonly<{
  caller: Caller;
  userId: string;
  acceptedVersions?: AcceptedVersions;
  client: Client;
}>;

/** Removes a user permanently, with all sessions, resets and licenses. */
export class DeleteUser extends UseCase<
  Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'> & {
    throttle: Throttle;
    confirmedOnly: boolean;
    /** Production: the sample administrator cannot log in. */
    refusesSamples: boolean;
  }
> {
  /**
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found |
   *   request.precondition-failed | staff.last-admin
   */
  async execute({ caller, userId, acceptedVersions, client }: DeleteUserCommand) {
    const id = UserId.parse(userId);
    caller.require('users:delete', { self: id });
    const at = this.deps.clock.now();
    caller.requireStepUp(at);
    const work = async (stores: Stores) => {
      const admins = await stores.users.lockAdmins(this.deps);
      const user = await stores.users.get(id);
      caller.requireStaffAccess(user);
      assertVersion(user, acceptedVersions);
      assertOtherAdmin(admins, id, caller);
      const failures = await failuresOf(stores, id);
      const { sessions, passwordResets, apiTokens, licenses, activations } = await stores.users.remove(id);
      await recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'user.deleted',
        subject: { kind: 'user', id },
        changes: [
          ...(user.role === null ? [] : [{ field: 'role', before: user.role }]),
          ...counted({
            sessions_ended: sessions,
            password_resets_removed: passwordResets,
            tokens_revoked: apiTokens,
            licenses_removed: licenses,
            activations_removed: activations,
          }),
        ],
        at,
      });
      await this.deps.throttle.reset(stores, ...failures);
    };
    // A user may own any number of licenses and machines.
    await this.deps.unitOfWork.run(work, { isLong: true });
    this.deps.securityLog.record({ event: 'user_deleted', userId: id, client });
  }
}
