import { counted } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { type CanonicalEmail, Email } from '../../domain/user/email.ts';
import { LoginChallenge } from '../../domain/user/login-challenge.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { Session, type SessionLimits } from '../../domain/user/session.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { TokenHash } from '../../domain/user/token-hash.ts';
import type { User } from '../../domain/user/user.ts';
import type { UserId } from '../../domain/user/user-id.ts';
import type { AttemptCount } from '../../ports/attempt-counters.ts';
import type { HashingShare } from '../../ports/password-hasher.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashingShare } from './hashing-share.ts';
import { completeLogin, countFailure, type LoginLimits, lockLogin, loginLimits } from './login-attempts.ts';
import { queueNotice } from './notices.ts';
import type { LockedLoginBuffer } from './notify-locked-logins.ts';
import type { RegistrationMode } from './register-user.ts';
import { proveCode, type RefusedCode, refuseCode, type UsedCode } from './second-factor-code.ts';

export type LogInCommand = Readonly<{
  email: string;
  password: Secret;
  /** Six digits of the authenticator app, or a recovery code. */
  code?: Secret | undefined;
  /** The session token that the browser presents. That session ends, against session fixation. */
  earlierToken?: Secret | undefined;
  client: Client;
}>;

export type CompleteLogInCommand = Readonly<{ challenge: Secret; code: Secret; client: Client }>;

export type LoggedIn = Readonly<{ token: Secret; maxAgeMs: number }>;

/** The password is right, and the code of the second factor is missing. The challenge takes the place of the password. */
export class CodeRequired extends DomainError {
  override readonly name = 'CodeRequired';
  readonly challenge: Secret;

  constructor(challenge: Secret) {
    super('mfa.code-required', 'This account has a second factor. Send the code with the challenge.');
    this.challenge = challenge;
  }
}

type Deps = Pick<
  Ports,
  | 'userQueries'
  | 'knownNetworks'
  | 'unitOfWork'
  | 'passwordHasher'
  | 'oneTimePasswords'
  | 'sealer'
  | 'tokenHasher'
  | 'randomSource'
  | 'idGenerator'
  | 'clock'
  | 'securityLog'
> & {
  throttle: Throttle;
  lockedLogins: LockedLoginBuffer;
  registration: RegistrationMode;
  sessionLimits: SessionLimits;
  /** Maximum number of sessions; the oldest ends where one more begins. */
  sessionsPerUser: number;
  stepUpTtlMs: number;
  /** A log-in takes a confirmed address. */
  confirmedOnly: boolean;
  /** Production. */
  refusesSamples: boolean;
};

/**
 * Opens a session for the right password. An unknown address, a wrong password and a banned user give the same response
 * after the same work, so that it does not reveal which addresses have an account. After a hundred consecutive failures
 * (NIST SP 800-63B-4, 3.2.2) the right password gives that response too, until a reset.
 */
export class LogIn extends UseCase<Deps> {
  /**
   * @throws {CodeRequired} mfa.code-required
   * @throws {DomainError} credentials.wrong | user.unconfirmed | mfa.refused | throttle.exceeded
   * @throws {PortError} hashing.busy | sealing.unavailable
   */
  async execute({ email, password, code, earlierToken, client }: LogInCommand): Promise<LoggedIn> {
    const { userQueries, passwordHasher, randomSource, throttle, clock, refusesSamples } = this.deps;
    const address = Email.canonicalize(email);
    const at = clock.now();
    const { id: userId, passwordHash, isBanned, isSample } = await userQueries.findLogin(address);
    const limits = await loginLimits(this.deps, { address, userId, at, client });
    await throttle.assertAllowed(limits.attempts, at, client);

    const candidate = PasswordPolicy.normalize(password);
    const share = hashingShare(email, client);
    // No password is right for an account that is refused, so that its hash takes no less work than that of no account.
    const verified = isBanned || (isSample && refusesSamples) ? null : passwordHash;
    const isRight = await passwordHasher.verify(verified, candidate, share);
    const token = randomSource.token();
    const login = { token, address, userId, verified, limits, isRight, code, earlierToken, at, client };
    const outcome = await this.#open(login);
    // Not before: the time of a second hash would reveal a right password where log-ins are locked or limited.
    const isAccepted = outcome.kind === 'in' || outcome.kind === 'code-required';
    if (isAccepted && userId !== undefined && verified !== null && passwordHasher.isOutdated(verified)) {
      await this.#rehash(userId, verified, candidate, share, token);
    }
    if (outcome.kind !== 'in') return this.#refuse(outcome, login);
    return { token, maxAgeMs: this.deps.sessionLimits.ttlMs };
  }

  /** Does the same writes for right and wrong, known and unknown, so that the time reveals nothing. */
  async #open(login: Verified): Promise<Outcome> {
    const { token, address, userId, verified, limits, isRight, code, earlierToken, at, client } = login;
    const { tokenHasher, throttle, refusesSamples } = this.deps;
    const earlierTokenHash = earlierToken === undefined ? null : tokenHasher.hash(earlierToken);
    // Nothing is read for a wrong password, nor where log-ins are locked: a row that is found takes longer than none.
    const find = async (stores: Stores) => {
      const wasLocked = await throttle.isUsedUp(stores, limits.failures, at);
      const present = isRight && !wasLocked ? await stores.users.findByEmail(address) : undefined;
      if (present !== undefined && limits.left.length > 0) await lockLogin(throttle, stores, limits);
      return { wasLocked, present };
    };
    const work = async (
      stores: Stores,
      { wasLocked, present }: Readonly<{ wasLocked: boolean; present: User | undefined }>,
      counts: readonly AttemptCount[],
    ): Promise<Outcome> => {
      // A reset or a complete log-in may have ended the lock in between; the account was not read.
      const isLocked = (await countFailure(this.deps, stores, limits, at, client, counts)) || wasLocked;
      if (isLocked) return { kind: 'locked' };
      if (!isRight) return { kind: 'wrong' };
      // The account or its password may have changed during the verification.
      const isUnchanged = present?.id === userId && present?.passwordHash === verified;
      const isRefused = present?.isBanned || (present?.isSample && refusesSamples);
      if (present === undefined || !isUnchanged || isRefused) return { kind: 'wrong' };
      return this.#continue(stores, present, code, { token, limits, earlierTokenHash, at, client });
    };
    const outcome = await throttle.countThen(limits.counted, at, client, work, find);
    if (outcome.kind === 'in') this.#logEntry(userId, outcome.ended, client);
    return outcome;
  }

  /** After the right password: opens the session, or asks for the code of the second factor. */
  async #continue(stores: Stores, user: User, code: Secret | undefined, entry: Entry): Promise<Outcome> {
    const { throttle, tokenHasher, confirmedOnly } = this.deps;
    const { token, limits, earlierTokenHash, at, client } = entry;
    if (confirmedOnly && !user.hasConfirmedEmail) {
      // A right password is no failure. Earlier failures stay: only a complete log-in ends the series.
      await throttle.refund(stores, ...limits.attempts, limits.failures);
      return { kind: 'unconfirmed' };
    }
    if (!user.hasSecondFactor) return this.#enter(stores, user, entry);
    if (code !== undefined) {
      const proof = await proveCode(this.deps, stores, user.id, { code, isLocked: false, at, client });
      if (proof.kind === 'proven') return this.#enter(stores, user, { ...entry, code: proof.used });
      await this.#notifyOfPassword(stores, user, limits, at);
      return proof;
    }
    // A right password is no failure in a row, and earlier failures stay. The attempt stays counted until the code completes
    // the log-in.
    await throttle.refund(stores, limits.failures);
    const challenge = LoginChallenge.request({
      tokenHash: tokenHasher.hash(token),
      userId: user.id,
      passwordDigest: this.#digestOf(user),
      earlierTokenHash,
      at,
    });
    await stores.loginChallenges.put(challenge);
    await this.#notifyOfPassword(stores, user, limits, at);
    return { kind: 'code-required' };
  }

  /** @throws the error of a log-in that opened no session */
  async #refuse(outcome: Exclude<Outcome, Entered>, { token, userId, limits, at, client }: Verified): Promise<never> {
    const { securityLog } = this.deps;
    switch (outcome.kind) {
      case 'code-required':
        throw new CodeRequired(token);
      case 'unconfirmed':
        securityLog.record({ event: 'authn_login_fail', userId, client, detail: 'unconfirmed address' });
        throw new DomainError(
          'user.unconfirmed',
          'The address of this account is not confirmed. Reset the password: the email proves the address.',
        );
      case 'code-refused':
      case 'code-limited':
        return refuseCode(this.deps, outcome, { userId, at, client, detail: 'second factor' });
      case 'wrong':
        securityLog.record({ event: 'authn_login_fail', userId, client });
        break;
      default:
        securityLog.record({ event: 'authn_login_fail_max', userId, client, detail: limits.failures.policy.name });
    }
    throw new DomainError('credentials.wrong', WRONG);
  }

  /**
   * Completes a log-in that waits for its code. There is one error for every reason.
   * @returns the session, and the address of its user
   * @throws {DomainError} mfa.refused | throttle.exceeded
   * @throws {PortError} sealing.unavailable
   */
  async complete({ challenge, code, client }: CompleteLogInCommand): Promise<LoggedIn & Readonly<{ email: Email }>> {
    const { tokenHasher, randomSource, throttle, unitOfWork, clock, sessionLimits } = this.deps;
    const at = clock.now();
    const token = randomSource.token();
    const challengeHash = tokenHasher.hash(challenge);
    const waiting = await unitOfWork.run(({ loginChallenges }) => loginChallenges.find(challengeHash));
    const { user, outcome } = await unitOfWork.run(async (stores) => {
      // The user is locked before the challenge, in the same order everywhere, to avoid deadlocks.
      const user = waiting && (await stores.users.find(waiting.userId));
      const found = user && (await stores.loginChallenges.find(challengeHash));
      if (user === undefined || !found?.isValid(this.#digestOf(user), at) || user.isBanned || !user.hasSecondFactor) {
        return { user: undefined, outcome: { kind: 'code-refused' } as const };
      }
      const login = { address: Email.canonicalize(user.email), userId: user.id, at, client };
      const limits = await loginLimits({ ...stores, tokenHasher }, login);
      await lockLogin(throttle, stores, limits);
      const isLocked = await countFailure(this.deps, stores, limits, at, client);
      const proof = await proveCode(this.deps, stores, user.id, { code, isLocked, at, client });
      if (proof.kind !== 'proven') {
        await stores.loginChallenges.put(found.fail());
        return { user, outcome: proof };
      }
      await stores.loginChallenges.remove(challengeHash);
      const { earlierTokenHash } = found;
      const entry = { token, limits, earlierTokenHash, code: proof.used, at, client };
      return { user, outcome: await this.#enter(stores, user, entry) };
    });
    const userId = user?.id;
    if (outcome.kind !== 'in') return refuseCode(this.deps, outcome, { userId, at, client, detail: 'second factor' });
    this.#logEntry(userId, outcome.ended, client);
    return { token, maxAgeMs: sessionLimits.ttlMs, email: (user as User).email };
  }

  /** Opens the session of a complete log-in, ends the series of failures, and makes the network known. */
  async #enter(
    stores: Stores,
    user: User,
    { token, limits, earlierTokenHash, code, at, client }: Entry,
  ): Promise<Entered> {
    const { throttle, sessionsPerUser } = this.deps;
    await completeLogin(throttle, stores, user.id, limits, at);
    const earlier =
      earlierTokenHash === null ? undefined : await stores.sessions.remove({ tokenHash: earlierTokenHash });
    const session = this.#sessionOf(user, token, at, client);
    await stores.sessions.add(session);
    const ended = await stores.sessions.removeOldestOf(user.id, { keep: sessionsPerUser });
    await this.#recordBegun(stores, user, { session, earlier, ended, code, at, client });
    return { kind: 'in', ended };
  }

  /** The password was right, and the code is missing or wrong: on a network that is new, another person may know it. */
  async #notifyOfPassword(stores: Stores, user: User, { isKnown }: LoginLimits, at: Instant): Promise<void> {
    if (isKnown) return;
    const notice = { kind: 'code-required', to: user.email, at } as const;
    await queueNotice(this.deps, stores, user, notice, THROTTLE_POLICIES.codeRequired);
  }

  /** A change of the password changes its hash. */
  #digestOf({ passwordHash }: User): TokenHash {
    return this.deps.tokenHasher.hash(new Secret(passwordHash ?? ''));
  }

  #logEntry(userId: UserId | undefined, ended: number, client: Client): void {
    const { securityLog } = this.deps;
    securityLog.record({ event: 'authn_login_success', userId, client });
    securityLog.record({ event: 'session_created', userId, client });
    if (ended > 0)
      securityLog.record({ event: 'session_ended', userId, client, detail: 'more than SESSIONS_PER_USER' });
  }

  /** The caller is the person who has logged in. */
  async #recordBegun(
    stores: Stores,
    { id, role }: User,
    { session, earlier, ended, code, at, client }: Begun,
  ): Promise<void> {
    const caller = role === null ? ({ kind: 'person', id } as const) : ({ kind: 'staff', id, role } as const);
    const isOwn = earlier?.userId === id;
    await recordAudit(this.deps, stores, {
      caller,
      client,
      action: 'session.begun',
      subject: { kind: 'user', id },
      changes: [
        { field: 'session', before: isOwn ? earlier.id : undefined, after: session.id },
        ...counted({ sessions_ended: ended }),
        ...(code?.kind === 'recovery'
          ? [{ field: 'recovery_codes_left', before: code.left + 1, after: code.left }]
          : []),
      ],
      at,
    });
    // The browser had a session of another account.
    if (earlier === undefined || isOwn) return;
    const subject = { kind: 'user', id: earlier.userId } as const;
    const changes = [{ field: 'session', before: earlier.id }];
    await recordAudit(this.deps, stores, { caller, client, action: 'session.ended', subject, changes, at });
  }

  #sessionOf(user: User, token: Secret, at: Instant, { ip, userAgent }: Client): Session {
    const { idGenerator, tokenHasher, stepUpTtlMs } = this.deps;
    const id = SessionId.parse(idGenerator.next());
    return Session.open({ id, userId: user.id, tokenHash: tokenHasher.hash(token), ip, userAgent, at, stepUpTtlMs });
  }

  // A busy hasher or a concurrent change of the password does not fail a successful login.
  async #rehash(
    userId: UserId,
    verified: PasswordHash,
    password: Secret,
    share: HashingShare,
    token: Secret,
  ): Promise<void> {
    const { passwordHasher, tokenHasher, unitOfWork } = this.deps;
    try {
      const stronger = await passwordHasher.hash(password, share);
      await unitOfWork.run(async ({ users, loginChallenges }) => {
        const user = (await users.get(userId)).rehash(verified, stronger);
        await users.save(user);
        // The code is still to come, and another hash ends the challenge.
        const challenge = await loginChallenges.find(tokenHasher.hash(token));
        if (challenge !== undefined) await loginChallenges.put(challenge.rehash(this.#digestOf(user)));
      });
    } catch (error) {
      // Of two log-ins at the same moment one replaces the hash; the challenge of the other is void, and it begins again.
      const isHarmless =
        (error instanceof PortError && error.code === 'hashing.busy') ||
        (error instanceof DomainError && (error.code === 'user.stale' || error.code === 'user.not-found'));
      if (!isHarmless) throw error;
    }
  }
}

type Begun = Readonly<{
  session: Session;
  /** That of the presented token, which has ended. */
  earlier: Session | undefined;
  /** Number of the oldest sessions that have ended. */
  ended: number;
  /** The code of the second factor; `undefined`: there is none. */
  code: UsedCode | undefined;
  at: Instant;
  client: Client;
}>;

type Entered = Readonly<{ kind: 'in'; ended: number }>;

type Outcome = RefusedCode | Entered | Readonly<{ kind: 'wrong' | 'locked' | 'unconfirmed' | 'code-required' }>;

type Entry = Readonly<{
  token: Secret;
  limits: LoginLimits;
  earlierTokenHash: TokenHash | null;
  code?: UsedCode;
  at: Instant;
  client: Client;
}>;

type Verified = Readonly<{
  /** Of the session or the challenge that begins. */
  token: Secret;
  address: CanonicalEmail;
  userId: UserId | undefined;
  /** The hash that the password was compared with. */
  verified: PasswordHash | null;
  limits: LoginLimits;
  isRight: boolean;
  code: Secret | undefined;
  earlierToken: Secret | undefined;
  at: Instant;
  client: Client;
}>;

/** One response for all cases: a response for a locked account would reveal that it exists. */
const WRONG = `The email address or the password is wrong; after ${THROTTLE_POLICIES.loginFailuresInARow.limit} wrong ones in a row only a reset of the password opens the account again.`;
