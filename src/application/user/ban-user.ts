import type { Caller } from '../../domain/access/caller.ts';
import { counted, userChanges } from '../../domain/audit/audited-fields.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { BanReason } from '../../domain/user/ban.ts';
import type { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores, UnitOfWork } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
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

type Deps = Pick<Ports, 'unitOfWork' | 'idGenerator' | 'clock' | 'securityLog'> & {
  idempotencyRetentionMs: number;
  confirmedOnly: boolean;
  /** Production: the sample administrator cannot log in. */
  refusesSamples: boolean;
};

/**
 * Bans and unbans users. The user is locked from the first read on: a concurrent log-in or license either comes before a
 * ban, which ends or marks it, or it comes after and is rejected.
 */
export class BanUser extends UseCase<Deps> {
  /**
   * Ends all sessions, the pending reset and pending confirmations, and marks all licenses.
   * @param command.replacesReason a ban of a banned user replaces the reason, which is the default, or is an error
   * @throws {AlreadyAnswered}
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | request.precondition-failed |
   *   user.invalid | user.state: banned | user.ban-refused: oneself | staff.last-admin | user.stale | idempotency.*
   */
  ban({
    reason,
    replacesReason = true,
    ...command
  }: Command & Readonly<{ reason?: string | undefined; replacesReason?: boolean }>): Promise<VersionedUserView> {
    const { caller } = command;
    return this.#change(command, 'user.banned', async (stores, read, at) => {
      const admins = await stores.users.lockAdmins(this.deps);
      const user = await read();
      if (user.isBanned && !replacesReason) {
        throw new DomainError('user.state', 'The user is banned already. The reason was not replaced.');
      }
      const banned = user.ban(reason === undefined ? null : BanReason.parse(reason), at);
      if (isOneself(caller, user.id)) throw new DomainError('user.ban-refused', 'You cannot ban yourself.');
      assertOtherAdmin(admins, user.id, caller);
      await stores.loginChallenges.removeAllOf(user.id);
      await stores.knownNetworks.removeAllOf(user.id);
      const along = {
        sessions_ended: await stores.sessions.removeAllOf(user.id),
        password_resets_removed: await stores.passwordResets.removeOf(user.id),
        confirmations_removed: await stores.confirmations.removeAllOf(user.id),
        licenses_banned: await stores.licenses.markOwnerBanned(user.id, true),
      };
      return { before: user, after: banned, along };
    });
  }

  /**
   * Restores what the licenses were. The sessions stay ended.
   * @throws {AlreadyAnswered}
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | request.precondition-failed |
   *   user.state: not banned | user.stale | idempotency.*
   */
  unban(command: Command): Promise<VersionedUserView> {
    return this.#change(command, 'user.unbanned', async (stores, read) => {
      const before = await read();
      const after = before.unban();
      return { before, after, along: { licenses_unbanned: await stores.licenses.markOwnerBanned(after.id, false) } };
    });
  }

  /** @param change reads the user once, after the locks that come before */
  async #change(
    { caller, userId, acceptedVersions, idempotency, client }: Command,
    action: 'user.banned' | 'user.unbanned',
    change: (stores: Stores, read: () => Promise<User>, at: Instant) => Promise<Change>,
  ): Promise<VersionedUserView> {
    caller.require('users:ban');
    const id = UserId.parse(userId);
    // A user may own any number of licenses.
    const unitOfWork: Pick<UnitOfWork, 'run'> = {
      run: (work) => this.deps.unitOfWork.run(work, { isLong: true }),
    };
    return once({ ...this.deps, unitOfWork }, idempotency, async (run) => {
      const at = this.deps.clock.now();
      const view = await run(async (stores) => {
        const read = async (): Promise<User> => {
          const user = await stores.users.get(id);
          if (!isOneself(caller, id)) caller.requireStaffAccess(user);
          assertVersion(user, acceptedVersions);
          return user;
        };
        const { before, after, along } = await change(stores, read, at);
        if (after !== before) await stores.users.save(after);
        const changes = [...userChanges(before.toSnapshot(), after.toSnapshot()), ...counted(along)];
        const subject = { kind: 'user', id } as const;
        // A ban may repeat the one before.
        if (changes.length > 0) await recordAudit(this.deps, stores, { caller, client, action, subject, changes, at });
        return savedView(after, before);
      });
      this.deps.securityLog.record({ event: 'user_updated', userId: id, client, detail: action.replace('.', ' ') });
      return view;
    });
  }
}

/** A token acts for its owner. */
const isOneself = ({ userId, token }: Caller, id: UserId): boolean => id === (userId ?? token?.ownerId);

/** @property along numbers of what has changed with the user */
type Change = Readonly<{ before: User; after: User; along: Readonly<Record<string, number>> }>;
