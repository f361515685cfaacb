import { ApiTokenSecret } from '../../domain/access/api-token-secret.ts';
import { Caller } from '../../domain/access/caller.ts';
import { latestEnd } from '../../domain/shared/clock-skew.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { byNetwork } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import type { Email } from '../../domain/user/email.ts';
import type { Session, SessionLimits } from '../../domain/user/session.ts';
import type { TokenHash } from '../../domain/user/token-hash.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Client } from '../client.ts';
import type { ProcessThrottle } from '../throttle/process-throttle.ts';
import type { AuthenticateToken } from '../token/authenticate-token.ts';
import { UseCase } from '../use-case.ts';
import type { FactorRequirement } from './factor-requirement.ts';

export type AccessRules = Readonly<{
  /** Hash of the administrator's key; `undefined`: not configured. */
  adminKeyHash: TokenHash | undefined;
  /** Development without a key: every caller has all scopes. */
  administrationIsOpen: boolean;
}>;

export type Principal = Readonly<{ caller: Caller; email?: Email }>;

type Deps = Pick<Ports, 'sessionQueries' | 'unitOfWork' | 'tokenHasher' | 'clock' | 'securityLog'> & {
  access: AccessRules;
  authenticateToken: AuthenticateToken;
  processThrottle: ProcessThrottle;
  sessionLimits: SessionLimits;
  /** Idle limit of people with a role, at most that of all sessions. */
  staffIdleMs: number;
  stepUpTtlMs: number;
  /** Production. */
  refusesSamples: boolean;
  factorRequirement: FactorRequirement;
  /** Called at most once a minute. */
  onTouchFailed: (error: unknown) => void;
};

export type AuthenticateCommand = Readonly<{
  token: Secret | undefined;
  /** Sent as a bearer token: it may also be the administrator's key or an API token. */
  isBearer: boolean;
  /** An API token is treated as no credentials. */
  takesSessionsOnly?: boolean | undefined;
  client: Client;
}>;

/** The form of `RandomSource.token`. A guess of one has no chance, as it has none at an administrator's key of that form. */
const SESSION_TOKEN = /^[\w-]{43}$/;

/** Time without updates of `lastSeenAt` after a failed one. */
const TOUCH_BACKOFF_MS = 60_000;

/** Authenticates a token. An unknown, ended or idle session gives an anonymous caller, not an error. */
export class Authenticate extends UseCase<Deps> {
  #pausedUntil: Instant | undefined;

  /**
   * @throws {ThrottleExceeded} throttle.exceeded, also for the administrator's key after too many wrong ones
   * @throws {DomainError} token.malformed | token.refused
   */
  async execute({ token, isBearer, takesSessionsOnly = false, client }: AuthenticateCommand): Promise<Principal> {
    const { sessionQueries, tokenHasher, clock, securityLog, access, sessionLimits, authenticateToken } = this.deps;
    const { adminKeyHash, administrationIsOpen } = access;
    const anonymous = { caller: Caller.anonymous({ administrationIsOpen }) };
    if (token === undefined) return anonymous;

    const hash = tokenHasher.hash(token);
    const isAdminKey = isBearer && hash === adminKeyHash;
    if (ApiTokenSecret.hasPrefix(token) && !isAdminKey) {
      if (!isBearer || takesSessionsOnly) return anonymous;
      return { caller: await authenticateToken.execute({ token, client }) };
    }
    const found = isAdminKey ? undefined : await sessionQueries.findByToken(hash);
    if (found === undefined) {
      if (isBearer && adminKeyHash !== undefined) await this.#limitGuesses(token, { isRight: isAdminKey, client });
      return isAdminKey ? { caller: Caller.root() } : anonymous;
    }
    const { session, email, role, isSample, hasSecondFactor } = found;
    if (isSample && this.deps.refusesSamples) return anonymous;
    const limits = role === null ? sessionLimits : { ...sessionLimits, idleMs: this.deps.staffIdleMs };
    const at = clock.now();
    if (!session.isLive(at, limits)) {
      securityLog.record({ event: 'session_expired', userId: session.userId, client });
      return anonymous;
    }
    if (session.needsTouch(at, limits)) await this.#touch(session, at);
    const caller = Caller.inSession({
      userId: session.userId,
      sessionId: session.id,
      role: role ?? undefined,
      elevatedUntil: session.elevatedUntil ?? undefined,
      stepUpTtlMs: this.deps.stepUpTtlMs,
      missingFactor: this.deps.factorRequirement.missingFor({ role, hasSecondFactor }),
      administrationIsOpen,
    });
    return { caller, email };
  }

  /** A session token of the past is no guess: a client that does not know of its end yet gets the answer that says so. */
  async #limitGuesses(token: Secret, { isRight, client }: { isRight: boolean; client: Client }): Promise<void> {
    const { processThrottle, clock } = this.deps;
    if (!isRight && SESSION_TOKEN.test(token.reveal())) return;
    for (const attempt of byNetwork(THROTTLE_POLICIES.adminKeyByIp, client.ip)) {
      if (isRight) processThrottle.assertAllowed(attempt, clock.now());
      else await processThrottle.countGuess(attempt, clock.now(), client);
    }
  }

  /** A store that cannot be written can still be read: a failed update does not fail the request. */
  async #touch(session: Session, at: Instant): Promise<void> {
    const until = this.#pausedUntil;
    if (until !== undefined && at < until && until <= latestEnd(TOUCH_BACKOFF_MS, at)) return;
    try {
      await this.deps.unitOfWork.run(({ sessions }) => sessions.touch(session.id, at));
    } catch (error) {
      this.#pausedUntil = Instant.plusMs(at, TOUCH_BACKOFF_MS);
      this.deps.onTouchFailed(error);
    }
  }
}
