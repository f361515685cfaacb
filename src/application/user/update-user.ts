import type { Caller } from '../../domain/access/caller.ts';
import type { AuditAction } from '../../domain/audit/audit-entry.ts';
import { counted, userChanges } from '../../domain/audit/audited-fields.ts';
import { type AcceptedVersions, assertVersion } from '../../domain/shared/accepted-versions.ts';
import { collectErrors, optional } from '../../domain/shared/collect-errors.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { message } from '../../domain/shared/message.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Age } from '../../domain/user/age.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import type { User, UserSnapshot } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import { UserName } from '../../domain/user/user-name.ts';
import type { AttemptCount } from '../../ports/attempt-counters.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { type IdempotentRequest, once, type Run } from '../idempotency.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashNewPassword, hashPasswordWithAddress, refundUnlessHashed } from './hash-new-password.ts';
import { hashingShare } from './hashing-share.ts';
import { countFailure, credentialChanges, verifyOwnPassword } from './login-attempts.ts';
import { queueNotice } from './notices.ts';
import type { LockedLoginBuffer } from './notify-locked-logins.ts';
import type { RegistrationMode } from './register-user.ts';
import { savedView, type VersionedUserView } from './user-view.ts';

export type UpdateUserCommand = Readonly<{
  caller: Caller;
  userId: string;
  change: Readonly<{
    email?: string | undefined;
    name?: string | null | undefined;
    age?: number | undefined;
    password?: Secret | undefined;
  }>;
  /** Required to change one's own address or password. */
  currentPassword?: Secret | undefined;
  acceptedVersions?: AcceptedVersions;
  idempotency?: IdempotentRequest<VersionedUserView> | undefined;
  client: Client;
}>;

type Deps = Pick<
  Ports,
  | 'breachedPasswords'
  | 'clock'
  | 'idGenerator'
  | 'knownNetworks'
  | 'passwordHasher'
  | 'securityLog'
  | 'tokenHasher'
  | 'unitOfWork'
  | 'users'
> & {
  passwordPolicy: PasswordPolicy;
  throttle: Throttle;
  lockedLogins: LockedLoginBuffer;
  minimumAge: number;
  idempotencyRetentionMs: number;
  registration: RegistrationMode;
};

/** The parsed parts of a change. */
type Change = {
  email?: Email | undefined;
  name?: UserName | null | undefined;
  age?: Age | undefined;
  passwordHash?: PasswordHash | undefined;
};

/**
 * Changes a user. A change of the address or the password takes the current password, removes a pending reset and sends a
 * notification by email. A new password ends all other sessions, and a request for another address.
 */
export class UpdateUser extends UseCase<Deps> {
  /**
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found |
   *   user.invalid | user.email-taken | user.stale | request.precondition-failed | password.wrong | throttle.exceeded |
   *   idempotency.*
   * @throws {PortError} hashing.busy | upstream.unavailable
   * @throws {AlreadyAnswered}
   */
  async execute(command: UpdateUserCommand): Promise<VersionedUserView> {
    const { caller, change } = command;
    const id = UserId.parse(command.userId);
    caller.require('users:write', { self: id });
    if (change.email !== undefined) caller.require('users:credentials', { self: id });
    if (change.password !== undefined && caller.userId !== id) {
      throw new DomainError('access.forbidden', 'Users set their own passwords only. Request a reset instead.');
    }
    if (change.email !== undefined || change.password !== undefined) await this.#requireStepUp(id, command);
    return once(this.deps, command.idempotency, (run) => this.#update(id, command, run));
  }

  /** The current password in the request takes the place of a step-up, where a log-in takes no more than it. */
  async #requireStepUp(id: UserId, { caller, currentPassword }: UpdateUserCommand): Promise<void> {
    const provesPassword = currentPassword !== undefined && caller.needsCurrentPassword(id);
    if (provesPassword && !(await this.deps.users.get(id)).hasSecondFactor) return;
    caller.requireStepUp(this.deps.clock.now());
  }

  async #update(id: UserId, command: UpdateUserCommand, run: Run<VersionedUserView>): Promise<VersionedUserView> {
    const { caller, change, currentPassword, acceptedVersions, client } = command;
    const before = await this.deps.users.get(id);
    caller.requireStaffAccess(before);
    assertVersion(before, acceptedVersions);
    const at = this.deps.clock.now();
    const { password, ...parsed } = this.#parse(change, before);
    const mustProve = (password !== undefined || parsed.email !== undefined) && caller.needsCurrentPassword(id);
    const attempts = mustProve ? credentialChanges(id, client) : [];
    if (mustProve) {
      await this.#prove(before, currentPassword, at, client);
      // A change sends an email, and its response reveals whether an address is taken.
      await this.deps.throttle.count(attempts, at, client);
    }
    const hash = password && (() => this.#hash(password, before, parsed.email, client));
    const passwordHash = hash && (await refundUnlessHashed(this.deps, attempts, hash));

    const view = await run(async (stores) => {
      const present = await stores.users.get(id);
      assertVersion(present, acceptedVersions);
      // The current password was verified against `before`.
      if (mustProve && present.version !== before.version) {
        throw new DomainError('user.stale', 'The user has changed since.');
      }
      caller.requireStaffAccess(present);
      return savedView(await this.#apply(stores, present, { ...parsed, passwordHash }, command, at), present);
    });
    this.deps.securityLog.record({ event: 'user_updated', userId: id, client });
    if (passwordHash) this.deps.securityLog.record({ event: 'authn_password_change', userId: id, client });
    return view;
  }

  /** With confirmed addresses a taken one is answered as any other. */
  #hash(password: Secret, { id, email }: User, newEmail: Email | undefined, client: Client): Promise<PasswordHash> {
    const share = hashingShare(email, client);
    return newEmail === undefined || this.deps.registration !== 'open'
      ? hashNewPassword(this.deps, password, share)
      : hashPasswordWithAddress(this.deps, password, { email: newEmail, userId: id }, share);
  }

  #parse(change: UpdateUserCommand['change'], before: User) {
    const { passwordPolicy, minimumAge, registration } = this.deps;
    const { email, name, age, password } = change;
    // With confirmed addresses the present one stays for now.
    const presentEmail = registration === 'open' ? undefined : before.email;
    const person = { email: email ?? before.email, presentEmail, name: name ?? before.name };
    return collectErrors<Omit<Change, 'passwordHash'> & { password?: Secret | undefined }>('user.invalid', {
      email: optional(email, Email.parse),
      name: optional(name, (raw) => (raw === null ? null : UserName.parse(raw))),
      age: optional(age, (raw) => Age.parse(raw, minimumAge)),
      password: optional(password, (raw) => passwordPolicy.accept(raw, person)),
    });
  }

  async #prove(user: User, currentPassword: Secret | undefined, at: Instant, client: Client): Promise<void> {
    const { throttle, securityLog } = this.deps;
    if (currentPassword === undefined) {
      throw new DomainError(
        'password.wrong',
        message`${'currentPassword'} is needed to change the address or the password.`,
      );
    }
    const { isRight, limits } = await verifyOwnPassword(this.deps, user, currentPassword, at, client);
    // As at a log-in; but only a log-in ends a series of failures.
    const work = async (stores: Stores, _: unknown, counts: readonly AttemptCount[]) => {
      const isLocked = await countFailure(this.deps, stores, limits, at, client, counts);
      if (!isRight || isLocked) return false;
      await throttle.refund(stores, ...limits.attempts, limits.failures);
      return true;
    };
    const isProven = await throttle.countThen(limits.counted, at, client, work, ({ users }) => users.find(user.id));
    if (!isProven) {
      securityLog.record({ event: 'authn_password_change_fail', userId: user.id, client });
      throw new DomainError('password.wrong', message`${'currentPassword'} is wrong.`);
    }
  }

  async #apply(
    stores: Stores,
    before: User,
    change: Change,
    { caller, client }: UpdateUserCommand,
    at: Instant,
  ): Promise<User> {
    const { id } = before;
    const after = changed(before, change, this.deps.registration);
    if (after !== before) await stores.users.save(after);
    const alongside = { sessions_ended: 0, password_resets_removed: 0, confirmations_removed: 0 };
    if (change.passwordHash !== undefined) {
      alongside.sessions_ended = await stores.sessions.removeAllOf(id, { except: caller.sessionId });
      await queueNotice(this.deps, stores, after, { kind: 'password-changed', to: after.email, at });
    }
    if (after.email !== before.email) {
      await queueNotice(this.deps, stores, before, { kind: 'email-changed', to: before.email, at });
    }
    const requested = change.email === undefined ? null : after.pendingEmail;
    if (requested !== null || after.pendingEmail !== before.pendingEmail) {
      alongside.confirmations_removed = await stores.confirmations.removeAllOf(id, 'address');
    }
    if (requested !== null) await this.#confirmChange(stores, after, requested, client, at);
    if (change.passwordHash !== undefined || change.email !== undefined) {
      alongside.password_resets_removed = await stores.passwordResets.removeOf(id);
    }
    const changes = [...userChanges(before.toSnapshot(), after.toSnapshot()), ...counted(alongside)];
    if (changes.length > 0) {
      const action = actionOf(before.toSnapshot(), after.toSnapshot());
      await recordAudit(this.deps, stores, { caller, client, action, subject: { kind: 'user', id }, changes, at });
    }
    return after;
  }

  /** Whether another account has the new address does not show: rendering the email finds out (see RenderEmail). */
  async #confirmChange(
    stores: Stores,
    { id, email }: User,
    pendingEmail: Email,
    { requestId }: Client,
    at: Instant,
  ): Promise<void> {
    const [confirm, notice] = [
      { kind: 'confirm-address', to: pendingEmail, userId: id, requestId },
      { kind: 'address-change-requested', to: email, userId: id, at, requestId },
    ] as const;
    await queueNotification(this.deps, stores, confirm, at);
    await queueNotification(this.deps, stores, notice, at);
  }
}

/** An entry of several changes has the name of the first of these: an address says where resets go. */
const actionOf = (before: UserSnapshot, after: UserSnapshot): AuditAction => {
  if (after.email !== before.email) return 'user.email_changed';
  if (after.pendingEmail !== null && after.pendingEmail !== before.pendingEmail) return 'user.email_change_requested';
  if (after.passwordHash !== before.passwordHash) return 'user.password_changed';
  return after.pendingEmail === before.pendingEmail ? 'user.updated' : 'user.email_change_cancelled';
};

const changed = (user: User, { email, name, age, passwordHash }: Change, registration: RegistrationMode): User => {
  // The password first: a new one ends the request for another address, but for that of the same change.
  let next = passwordHash === undefined ? user : user.setPassword(passwordHash);
  if (email !== undefined) next = registration === 'open' ? next.changeEmail(email) : next.requestEmail(email);
  if (name !== undefined) next = next.rename(name);
  if (age !== undefined) next = next.changeAge(age);
  return next;
};
