import type { Caller } from '../../domain/access/caller.ts';
import type { AuditAction, AuditChange } from '../../domain/audit/audit-entry.ts';
import { counted, userChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { RecoveryCode } from '../../domain/user/recovery-code.ts';
import { SecondFactor } from '../../domain/user/second-factor.ts';
import type { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { removeAddressTokens } from './confirm-email.ts';
import type { FactorRequirement } from './factor-requirement.ts';
import { countFailure, loginLimits } from './login-attempts.ts';
import { queueNotice } from './notices.ts';
import type { LockedLoginBuffer } from './notify-locked-logins.ts';
import type { RegistrationMode } from './register-user.ts';
import { codeAttempt, seedPlace } from './second-factor-code.ts';

export type SecondFactorView = Readonly<{
  /** `null`: there is no confirmed factor. */
  confirmedAt: Instant | null;
  recoveryCodesLeft: number;
  isRequired: boolean;
}>;

type Deps = Pick<
  Ports,
  | 'unitOfWork'
  | 'secondFactors'
  | 'sealer'
  | 'oneTimePasswords'
  | 'tokenHasher'
  | 'randomSource'
  | 'idGenerator'
  | 'clock'
  | 'securityLog'
> & {
  throttle: Throttle;
  lockedLogins: LockedLoginBuffer;
  factorRequirement: FactorRequirement;
  registration: RegistrationMode;
};

type Command = Readonly<{ caller: Caller; client: Client }>;

/** The second factor of the caller: an authenticator app with recovery codes. */
export class ManageSecondFactor extends UseCase<Deps> {
  /** @throws {DomainError} access.unauthenticated */
  async read({ caller }: Readonly<{ caller: Caller }>): Promise<SecondFactorView> {
    const { userId } = caller.requireSession();
    const { secondFactors } = this.deps;
    return {
      confirmedAt: (await secondFactors.find(userId))?.confirmedAt ?? null,
      recoveryCodesLeft: await secondFactors.countRecoveryCodes(userId),
      isRequired: this.#isRequired(caller),
    };
  }

  /**
   * Begins a factor, which its first code confirms. Replaces a pending one.
   * @returns the seed, and the URI for a QR code
   * @throws {DomainError} access.unauthenticated | access.step-up-required | user.not-found | mfa.already-set
   * @throws {PortError} sealing.unavailable
   */
  async begin({ caller, client }: Command): Promise<Readonly<{ seed: Secret; uri: string }>> {
    const { unitOfWork, sealer, oneTimePasswords, clock } = this.deps;
    const { userId } = caller.requireSession();
    const at = clock.now();
    caller.requireStepUp(at);
    const seed = oneTimePasswords.newSeed();
    const sealedSeed = sealer.seal(seed, seedPlace(userId));
    const { email } = await unitOfWork.run(async (stores) => {
      const user = await stores.users.get(userId);
      if ((await stores.secondFactors.find(userId))?.isConfirmed) {
        throw new DomainError('mfa.already-set', 'This account has a second factor. Remove it first.');
      }
      await stores.secondFactors.put(SecondFactor.begin({ userId, sealedSeed, at }));
      await this.#record(stores, { caller, client }, 'mfa.started', userId, [], at);
      return user;
    });
    return { seed, uri: oneTimePasswords.uri(seed, email) };
  }

  /**
   * Confirms the pending factor by a code. Other sessions and a request for another address end, which took no factor, and
   * an email follows where the address may get one.
   * @returns the recovery codes
   * @throws {DomainError} access.unauthenticated | user.not-found | mfa.not-pending | mfa.refused | throttle.exceeded
   * @throws {PortError} sealing.unavailable
   */
  async confirm({ caller, client, code }: Command & Readonly<{ code: Secret }>): Promise<readonly string[]> {
    const { throttle, clock, sealer, oneTimePasswords } = this.deps;
    const { userId, sessionId } = caller.requireSession();
    const at = clock.now();
    const attempt = codeAttempt(userId);
    const find = ({ users }: Stores) => users.get(userId);
    const work = async (stores: Stores, user: User) => {
      const factor = await stores.secondFactors.find(userId);
      if (!factor?.isPending(at)) {
        throw new DomainError('mfa.not-pending', 'No second factor is waiting for its first code. Begin again.');
      }
      const seed = sealer.open(factor.sealedSeed, seedPlace(userId));
      const step = oneTimePasswords.stepOf(seed, SecondFactor.digitsOf(code), at);
      if (step === undefined) {
        const { tokenHasher } = this.deps;
        const login = { address: Email.canonicalize(user.email), userId, at, client };
        await countFailure(this.deps, stores, await loginLimits({ ...stores, tokenHasher }, login), at, client);
        return undefined;
      }
      await throttle.reset(stores, attempt);
      await stores.secondFactors.put(factor.confirm(step, at));
      const changed = user.withoutPendingEmail();
      if (changed !== user) await stores.users.save(changed);
      const removed = {
        sessions_ended: await stores.sessions.removeAllOf(userId, { except: sessionId }),
        confirmations_removed: await removeAddressTokens(stores, user),
      };
      const changes = [
        { field: 'mfa', before: false, after: true },
        ...userChanges(user.toSnapshot(), changed.toSnapshot()),
        ...counted(removed),
      ];
      const created = await this.#replaceCodes(stores, userId);
      await this.#record(stores, { caller, client }, 'mfa.enabled', userId, changes, at);
      await queueNotice(this.deps, stores, user, { kind: 'mfa-enabled', to: user.email, at });
      return created;
    };
    const codes = await throttle.countThen([attempt], at, client, work, find);
    if (codes === undefined) throw SecondFactor.refused();
    this.#log(userId, client, 'second factor enabled');
    return codes;
  }

  /**
   * Replaces the recovery codes; the old ones are void.
   * @throws {DomainError} access.unauthenticated | access.step-up-required | user.not-found | mfa.not-found
   */
  async replaceRecoveryCodes({ caller, client }: Command): Promise<readonly string[]> {
    const { userId } = caller.requireSession();
    const at = this.deps.clock.now();
    caller.requireStepUp(at);
    const codes = await this.deps.unitOfWork.run(async (stores) => {
      // The user is locked first, in the same order everywhere, to avoid deadlocks.
      await stores.users.get(userId);
      if (!(await stores.secondFactors.find(userId))?.isConfirmed) throw SecondFactor.notFound();
      const created = await this.#replaceCodes(stores, userId);
      const changes = [{ field: 'recovery_codes_left', after: created.length }];
      await this.#record(stores, { caller, client }, 'mfa.recovery_codes_replaced', userId, changes, at);
      return created;
    });
    this.#log(userId, client, 'recovery codes replaced');
    return codes;
  }

  /**
   * Removes the own factor. An email follows.
   * @throws {DomainError} access.unauthenticated | access.step-up-required | mfa.not-found | mfa.required-here
   */
  async remove({ caller, client }: Command): Promise<void> {
    const { userId } = caller.requireSession();
    const at = this.deps.clock.now();
    caller.requireStepUp(at);
    await this.deps.unitOfWork.run(async (stores) => {
      const user = await stores.users.get(userId);
      await this.#removeFactor(stores, userId);
      if (this.#isRequired(caller)) {
        throw new DomainError('mfa.required-here', 'This account needs a second factor.');
      }
      const changes = [{ field: 'mfa', before: true, after: false }];
      await this.#record(stores, { caller, client }, 'mfa.disabled', userId, changes, at);
      await queueNotice(this.deps, stores, user, { kind: 'mfa-disabled', to: user.email, at });
    });
    this.#log(userId, client, 'second factor removed');
  }

  /**
   * Removes the factor of a user who has lost it, with password, sessions and a request for another address: what is left
   * of their access may be in other hands. An email to set a new password follows.
   * @throws {DomainError} access.unauthenticated | access.forbidden | access.step-up-required | user.not-found | mfa.not-found
   */
  async reset({ caller, client, ...command }: Command & Readonly<{ userId: string }>): Promise<void> {
    const id = UserId.parse(command.userId);
    const at = this.deps.clock.now();
    caller.require('users:credentials');
    caller.requireStepUp(at);
    await this.deps.unitOfWork.run(async (stores) => {
      const user = await stores.users.get(id);
      caller.requireStaffAccess(user);
      await this.#removeFactor(stores, id);
      const changed = user.withoutPassword();
      if (changed !== user) await stores.users.save(changed);
      const taken = {
        sessions_ended: await stores.sessions.removeAllOf(id),
        password_resets_removed: await stores.passwordResets.removeOf(id),
        confirmations_removed: await removeAddressTokens(stores, user),
      };
      await stores.loginChallenges.removeAllOf(id);
      const changes: AuditChange[] = [
        { field: 'mfa', before: true, after: false },
        ...userChanges(user.toSnapshot(), changed.toSnapshot()),
        ...counted(taken),
      ];
      await this.#record(stores, { caller, client }, 'mfa.reset', id, changes, at);
      const { idGenerator } = this.deps;
      const { requestId } = client;
      const mail = { kind: 'password-reset', to: user.email, requestId, reason: 'factor-reset' } as const;
      await stores.outbox.add(idGenerator.next(), mail, at);
    });
    this.#log(id, client, 'second factor reset');
  }

  async #removeFactor({ secondFactors }: Stores, userId: UserId): Promise<void> {
    if (!(await secondFactors.find(userId))?.isConfirmed) throw SecondFactor.notFound();
    await secondFactors.remove(userId);
  }

  async #replaceCodes({ secondFactors }: Stores, userId: UserId): Promise<string[]> {
    const { randomSource, tokenHasher } = this.deps;
    const codes = Array.from({ length: RecoveryCode.COUNT }, () =>
      RecoveryCode.generate((end) => randomSource.below(end)),
    );
    await secondFactors.replaceRecoveryCodes(
      userId,
      codes.map((code) => tokenHasher.hash(new Secret(code))),
    );
    return codes.map(RecoveryCode.format);
  }

  #isRequired(caller: Caller): boolean {
    return this.deps.factorRequirement.isRequiredOf(caller);
  }

  #record(
    stores: Stores,
    { caller, client }: Command,
    action: AuditAction,
    userId: UserId,
    changes: readonly AuditChange[],
    at: Instant,
  ): Promise<void> {
    return recordAudit(this.deps, stores, {
      caller,
      client,
      action,
      subject: { kind: 'user', id: userId },
      changes,
      at,
    });
  }

  #log(userId: UserId, client: Client, detail: string): void {
    this.deps.securityLog.record({ event: 'sensitive_update', userId, client, detail });
  }
}
