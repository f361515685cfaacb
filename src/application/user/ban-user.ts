import type { Caller } from '../../domain/access/caller.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { BanReason } from '../../domain/user/ban.ts';
import type { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once } from '../idempotency.ts';
import { assertOtherAdmin } from '../staff/last-admin.ts';
import { UseCase } from '../use-case.ts';
import { savedView, type VersionedUserView } from './user-view.ts';

type Command = Readonly<{
  caller: Caller;
  userId: string;
  acceptedVersions?: AcceptedVersions;
  idempotency?: IdempotentRequest<VersionedUserView> | undefined;
  client: Client;
}>;

type Deps = Pick<Ports, 'unitOfWork' | 'clock' | 'securityLog'> & { idempotencyRetentionMs: number };

/**
 * Bans and unbans users. The user is locked from the first read on: a concurrent log-in or license either comes before a
 * ban, which ends or marks it, or it comes after and is rejected.
 */
export class BanUser extends UseCase<Deps> {
  /**
   * Ends all sessions, the pending reset and pending confirmations, and marks all licenses. A ban of a banned user replaces the reason.
   * @throws {AlreadyAnswered}
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | request.precondition-failed |
   *   user.invalid | user.ban-refused: oneself | staff.last-admin | user.stale | idempotency.*
   */
  ban({ reason, ...command }: Command & Readonly<{ reason?: string | undefined }>): Promise<VersionedUserView> {
    const { caller } = command;
    return this.#change(command, 'user banned', async (stores, read) => {
      const admins = await stores.users.lockAdmins();
      const user = await read();
      const banned = user.ban(reason === undefined ? null : BanReason.parse(reason), this.deps.clock.now());
      if (caller.userId === user.id) throw new DomainError('user.ban-refused', 'You cannot ban yourself.');
      assertOtherAdmin(admins, user.id, caller);
      await stores.users.save(banned);
      await stores.sessions.removeAllOf(user.id);
      await stores.passwordResets.removeOf(user.id);
      await stores.confirmations.removeAllOf(user.id);
      await stores.licenses.markOwnerBanned(user.id, true);
      return banned;
    });
  }

  /**
   * Restores what the licenses were. The sessions stay ended.
   * @throws {AlreadyAnswered}
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | request.precondition-failed |
   *   user.state: not banned | user.stale | idempotency.*
   */
  unban(command: Command): Promise<VersionedUserView> {
    return this.#change(command, 'user unbanned', async (stores, read) => {
      const unbanned = (await read()).unban();
      await stores.users.save(unbanned);
      await stores.licenses.markOwnerBanned(unbanned.id, false);
      return unbanned;
    });
  }

  /** @param change reads the user once, after the locks that come before */
  async #change(
    { caller, userId, acceptedVersions, idempotency, client }: Command,
    detail: string,
    change: (stores: Stores, read: () => Promise<User>) => Promise<User>,
  ): Promise<VersionedUserView> {
    caller.require('users:ban');
    const id = UserId.parse(userId);
    return once(this.deps, idempotency, async (run) => {
      const view = await run(async (stores) => {
        const read = async (): Promise<User> => {
          const user = await stores.users.get(id);
          caller.requireStaffAccess(user);
          assertVersion(user, acceptedVersions);
          return user;
        };
        return savedView(await change(stores, read));
      });
      this.deps.securityLog.record({ event: 'user_updated', userId: id, client, detail });
      return view;
    });
  }
}
