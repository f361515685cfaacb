import type { Caller } from '../../domain/access/caller.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { User } from '../../domain/user/user.ts';
import type { AttemptCount } from '../../ports/attempt-counters.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { countFailure, verifyOwnPassword } from './login-attempts.ts';
import type { LockedLoginBuffer } from './notify-locked-logins.ts';
import { proveCode, type RefusedCode, refuseCode } from './second-factor-code.ts';

type ElevateSessionCommand = Readonly<{ caller: Caller; password: Secret; code?: Secret | undefined; client: Client }>;

type Deps = Pick<
  Ports,
  | 'users'
  | 'knownNetworks'
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
  lockedLogins: LockedLoginBuffer;
  stepUpTtlMs: number;
};

type Outcome = RefusedCode | Readonly<{ kind: 'elevated' | 'wrong' | 'locked' }>;

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
    const { users, throttle, clock, securityLog, stepUpTtlMs } = this.deps;
    const { userId, sessionId } = caller.requireSession();
    const at = clock.now();
    const user = await users.get(userId);
    const { isRight, limits } = await verifyOwnPassword(this.deps, user, password, at, client);
    const { attempts, failures } = limits;
    const until = Instant.plusMs(at, stepUpTtlMs);
    const find = (stores: Stores) => stores.users.get(userId);
    const work = async (stores: Stores, present: User, counts: readonly AttemptCount[]): Promise<Outcome> => {
      const isLocked = await countFailure(this.deps, stores, limits, at, client, counts);
      // The password may have changed during the verification.
      const isUnchanged = present.passwordHash === user.passwordHash;
      if (isLocked) return { kind: 'locked' };
      if (!isRight || !isUnchanged) return { kind: 'wrong' };
      if (present.hasSecondFactor) {
        const proof = await proveCode(this.deps, stores, userId, { code, isLocked, at, client });
        if (proof.kind !== 'proven') return proof;
      }
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
      return { kind: 'elevated' };
    };
    const outcome = await throttle.countThen(limits.counted, at, client, work, find);
    if (outcome.kind === 'elevated') {
      securityLog.record({ event: 'authn_login_success', userId, client, detail: 'step-up' });
      return until;
    }
    if (outcome.kind === 'code-refused' || outcome.kind === 'code-limited') {
      return refuseCode(this.deps, outcome, { userId, at, client, detail: 'step-up' });
    }
    if (outcome.kind === 'wrong') securityLog.record({ event: 'authn_login_fail', userId, client, detail: 'step-up' });
    else securityLog.record({ event: 'authn_login_fail_max', userId, client, detail: failures.policy.name });
    // One response for both: the login of a locked account reveals no more.
    throw new DomainError(
      'password.wrong',
      `The password is wrong; after ${failures.policy.limit} wrong ones in a row only a reset of the password helps.`,
    );
  }
}
