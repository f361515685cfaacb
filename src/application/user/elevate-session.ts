import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Email } from '../../domain/user/email.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { SecondFactor } from '../../domain/user/second-factor.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashingShare } from './hashing-share.ts';
import { consecutiveFailures, loginAttempts } from './login-attempts.ts';
import { codeAttempt, takeCode } from './second-factor-code.ts';

type ElevateSessionCommand = Readonly<{ caller: Caller; password: Secret; code?: Secret | undefined; client: Client }>;

type Deps = Pick<
  Ports,
  | 'users'
  | 'idGenerator'
  | 'unitOfWork'
  | 'passwordHasher'
  | 'oneTimePasswords'
  | 'sealer'
  | 'tokenHasher'
  | 'clock'
  | 'securityLog'
> & {
  throttle: Throttle;
  stepUpTtlMs: number;
};

/**
 * Elevates the caller's session by the password (RFC 9470). A wrong password counts as a failed login; a right one takes
 * back its own attempt and no other, because only a login ends a series of failures.
 */
export class ElevateSession extends UseCase<Deps> {
  /**
   * @returns the end of the elevation
   * @throws {DomainError} access.unauthenticated | password.wrong | mfa.refused | throttle.exceeded; user.not-found |
   *   session.not-found: the session ended meanwhile
   * @throws {PortError} hashing.busy | sealing.unavailable
   */
  async execute({ caller, password, code, client }: ElevateSessionCommand): Promise<Instant> {
    const { users, passwordHasher, throttle, clock, securityLog, stepUpTtlMs } = this.deps;
    const { userId, sessionId } = caller.requireSession();
    const at = clock.now();
    const user = await users.get(userId);
    const attempts = loginAttempts(Email.canonical(user.email), client);
    await throttle.assertAllowed(attempts, at, client);

    const share = hashingShare(user.email, client);
    const isRight = await passwordHasher.verify(user.passwordHash, PasswordPolicy.normalize(password), share);
    const failures = consecutiveFailures(userId);
    const until = Instant.plusMs(at, stepUpTtlMs);
    const outcome = await throttle.countThen<'elevated' | 'wrong' | 'locked' | 'code-refused'>(
      attempts,
      at,
      client,
      async (stores) => {
        const isLocked = await throttle.isExceeded(stores, failures, at, client);
        // The password may have changed during the verification.
        const present = await stores.users.get(userId);
        const isUnchanged = present.passwordHash === user.passwordHash;
        if (isLocked) return 'locked';
        if (!isRight || !isUnchanged) return 'wrong';
        if (present.hasSecondFactor && !(await this.#isProven(stores, userId, code, at, client))) return 'code-refused';
        await throttle.refund(stores, ...attempts, failures);
        await stores.sessions.elevate(sessionId, until);
        await recordAudit(this.deps, stores, {
          caller,
          client,
          action: 'session.elevated',
          subject: { kind: 'user', id: userId },
          changes: [
            { field: 'session', after: sessionId },
            { field: 'elevated_until', after: Instant.format(until) },
          ],
          at,
        });
        return 'elevated';
      },
    );
    if (outcome === 'elevated') {
      securityLog.record({ event: 'authn_login_success', userId, client, detail: 'step-up' });
      return until;
    }
    if (outcome === 'code-refused') {
      await throttle.assertAllowed([codeAttempt(userId)], at, client);
      securityLog.record({ event: 'authn_login_fail', userId, client, detail: 'step-up' });
      throw SecondFactor.refused();
    }
    if (outcome === 'wrong') securityLog.record({ event: 'authn_login_fail', userId, client, detail: 'step-up' });
    else securityLog.record({ event: 'authn_login_fail_max', userId, client, detail: failures.policy.name });
    // One response for both: the login of a locked account reveals no more.
    throw new DomainError(
      'password.wrong',
      `The password is wrong; after ${failures.policy.limit} wrong ones in a row only a reset of the password helps.`,
    );
  }

  /** Counts the code, and uses it up if it is right. A missing one is a wrong one. */
  async #isProven(
    stores: Stores,
    userId: UserId,
    code: Secret | undefined,
    at: Instant,
    client: Client,
  ): Promise<boolean> {
    const attempt = codeAttempt(userId);
    if (await this.deps.throttle.isExceeded(stores, attempt, at, client)) return false;
    const factor = await stores.secondFactors.find(userId);
    const used = code && factor?.isConfirmed ? await takeCode(this.deps, stores, factor, code, at) : undefined;
    if (used === undefined) return false;
    await this.deps.throttle.reset(stores, attempt);
    return true;
  }
}
