import type { Caller } from '../../domain/access/caller.ts';
import { isHigherRole, type Role } from '../../domain/access/scope.ts';
import { counted, resetChanges, userChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { message } from '../../domain/shared/message.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { TokenHash } from '../../domain/user/token-hash.ts';
import { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { StaffView } from '../../ports/user-queries.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';
import { removeAddressTokens } from '../user/confirm-email.ts';
import { assertOtherAdmin } from './last-admin.ts';

type Deps = Pick<
  Ports,
  'clock' | 'idGenerator' | 'randomSource' | 'securityLog' | 'tokenHasher' | 'unitOfWork' | 'userQueries'
> & {
  /** Only confirmed addresses log in. */
  confirmedOnly: boolean;
  /** Production: the sample administrator cannot log in. */
  refusesSamples: boolean;
};

type RoleGrant = Readonly<{ caller: Caller; role: Role; client: Client }>;

/** A person with a role proves their address by this reset before they can log in. */
const RESET_TTL_MS = 600_000;

/** Lists the people with a role, gives and removes roles. A change holds from the next request on. */
export class ManageStaff extends UseCase<Deps> {
  /** @throws {DomainError} access.unauthenticated | access.forbidden */
  async list({ caller }: Readonly<{ caller: Caller }>): Promise<readonly StaffView[]> {
    caller.require('staff:write');
    return this.deps.userQueries.listStaff();
  }

  /**
   * Gives a role to a user. Where it is the first or a higher one and the address is not confirmed, the password
   * goes, and an invitation with a reset token follows by email.
   * @param command.presentRole the role that the caller means to replace, `null`: none; `undefined`: any
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found |
   *   staff.last-admin; with `presentRole` also user.email-taken | staff.not-found | user.stale
   */
  async put(
    command: Readonly<{
      caller: Caller;
      userId: string;
      role: Role;
      presentRole?: Role | null | undefined;
      client: Client;
    }>,
  ): Promise<StaffView> {
    const { caller, role, client } = command;
    caller.require('staff:write');
    const { idGenerator, clock, unitOfWork } = this.deps;
    const at = clock.now();
    caller.requireStepUp(at);
    const id = UserId.parse(command.userId);
    const view = await unitOfWork.run(async (stores) => {
      const admins = await stores.users.lockAdmins(this.deps);
      const user = await stores.users.get(id);
      assertRole(user, command);
      if (user.role === 'admin' && role !== 'admin') assertOtherAdmin(admins, id, caller);
      const { staff, provesAddress } = await this.#grant(stores, user, command, at);
      if (provesAddress) {
        const { requestId } = client;
        const by = caller.userId ?? null;
        const email = { kind: 'staff-invitation', to: staff.email, by, ttlMs: RESET_TTL_MS, requestId } as const;
        await stores.outbox.add(idGenerator.next(), email, at);
      }
      return staff;
    });
    this.#record(id, client, 'role given');
    return view;
  }

  /**
   * Gives a role to the account of an address, and creates the account if needed. For the command line.
   * @param command.allowsExisting an account with this address may exist
   * @returns the token of a reset, unless the person keeps a password
   * @throws {DomainError} access.forbidden | user.invalid | user.email-taken | staff.last-admin
   */
  async add(
    command: Readonly<{ caller: Caller; email: string; role: Role; allowsExisting: boolean; client: Client }>,
  ): Promise<Readonly<{ staff: StaffView; resetToken: Secret | undefined }>> {
    const { caller, role, allowsExisting, client } = command;
    caller.requireSystem();
    const email = Email.parse(command.email);
    const { idGenerator, clock, randomSource, tokenHasher, unitOfWork } = this.deps;
    const at = clock.now();
    const token = randomSource.token();
    const added = await unitOfWork.run(async (stores) => {
      const admins = await stores.users.lockAdmins(this.deps);
      const found = await stores.users.findByEmail(Email.canonicalize(email));
      if (found !== undefined && !allowsExisting) {
        throw new DomainError('user.email-taken', 'This address has an account. Give it the role with --existing.');
      }
      if (found?.role === 'admin' && role !== 'admin') assertOtherAdmin(admins, found.id, caller);
      const id = UserId.parse(idGenerator.next());
      const user = found ?? User.register({ id, email, name: null, age: null, passwordHash: null, at });
      const { staff, provesAddress } = await this.#grant(stores, user, command, at, tokenHasher.hash(token));
      return { staff, resetToken: provesAddress ? token : undefined };
    });
    this.#record(added.staff.id, client, 'role given');
    return added;
  }

  /**
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found |
   *   staff.not-found | staff.last-admin
   */
  async remove(command: Readonly<{ caller: Caller; userId: string; client: Client }>): Promise<void> {
    const { caller, client } = command;
    caller.require('staff:write');
    const at = this.deps.clock.now();
    caller.requireStepUp(at);
    const id = UserId.parse(command.userId);
    await this.deps.unitOfWork.run(async (stores) => {
      const { users } = stores;
      const admins = await users.lockAdmins(this.deps);
      const user = await users.get(id);
      if (user.role === null) throw new DomainError('staff.not-found', 'This user has no role.');
      assertOtherAdmin(admins, id, caller);
      const changed = user.withoutRole();
      await users.save(changed);
      const subject = { kind: 'user', id } as const;
      const changes = userChanges(user.toSnapshot(), changed.toSnapshot());
      await recordAudit(this.deps, stores, { caller, client, action: 'staff.removed', subject, changes, at });
    });
    this.#record(id, client, 'role removed');
  }

  /**
   * A role that is given or raised ends the sessions, which began with less, and a requested change of the address, whose
   * new mailbox would have the role. Where the address is not confirmed, the
   * password goes too, which another person may have set: only the owner of the address logs in with the role. A person
   * who has not set one yet gets another token.
   * @param tokenHash of the token of the reset that begins now; `undefined`: an email follows
   */
  async #grant(stores: Stores, user: User, { caller, role, client }: RoleGrant, at: Instant, tokenHash?: TokenHash) {
    const { users, sessions, passwordResets } = stores;
    const { role: before, id } = user;
    const isRaised = before === null || isHigherRole(role, before);
    const losesPassword = isRaised && !user.hasConfirmedEmail;
    const provesAddress = losesPassword || user.passwordHash === null;
    const withRole = user.withRole(role, at);
    const raised = losesPassword ? withRole.withoutPassword() : withRole.withoutPendingEmail();
    const granted = isRaised ? raised : withRole;
    if (before !== role) await users.save(granted);
    const removed = {
      password_resets_removed: provesAddress ? await passwordResets.removeOf(id) : 0,
      sessions_ended: isRaised ? await sessions.removeAllOf(id) : 0,
      confirmations_removed: isRaised ? await removeAddressTokens(stores, user) : 0,
    };
    const reset =
      provesAddress &&
      tokenHash &&
      PasswordReset.request({ userId: id, tokenHash, ttlMs: RESET_TTL_MS, confirmsEmail: false, at });
    if (reset) await passwordResets.put(reset);
    const earlier = user.version === 0 ? undefined : user.toSnapshot();
    const changes = [
      ...userChanges(earlier, granted.toSnapshot()),
      ...counted(removed),
      ...(reset ? resetChanges(reset) : []),
    ];
    if (changes.length > 0) {
      const action = before === null ? 'staff.added' : 'staff.changed';
      await recordAudit(this.deps, stores, { caller, client, action, subject: { kind: 'user', id }, changes, at });
    }
    const { email, roleSince, isSample, hasSecondFactor } = granted.toSnapshot();
    const staff: StaffView = { id, email, role, since: roleSince ?? at, isSample, hasSecondFactor };
    return { provesAddress, staff };
  }

  #record(userId: UserId, client: Client, detail: string): void {
    this.deps.securityLog.record({ event: 'sensitive_update', userId, client, detail });
  }
}

/** A person who has the wanted role already is no error: the request may be a repetition. */
const assertRole = (
  { role: present }: User,
  { role, presentRole }: Readonly<{ role: Role; presentRole?: Role | null | undefined }>,
): void => {
  if (presentRole === undefined || presentRole === present || role === present) return;
  if (present === null) throw new DomainError('staff.not-found', 'This user has no role.');
  if (presentRole !== null) throw new DomainError('user.stale', `The role was changed since. It is ${present} now.`);
  throw new DomainError(
    'user.email-taken',
    message`${'email'} is that of a person with the role ${[present]}. Change that role instead.`,
  );
};
