import { counted } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { THROTTLE_POLICIES } from '../../domain/throttle/throttle-policy.ts';
import { type CanonicalEmail, Email } from '../../domain/user/email.ts';
import type { PasswordHash } from '../../domain/user/password-hash.ts';
import { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { Session, type SessionLimits } from '../../domain/user/session.ts';
import { SessionId } from '../../domain/user/session-id.ts';
import type { User } from '../../domain/user/user.ts';
import type { HashingShare } from '../../ports/password-hasher.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { hashingShare } from './hashing-share.ts';
import { consecutiveFailures, loginAttempts, unknownAddressFailures } from './login-attempts.ts';

export type SignInCommand = Readonly<{
  email: string;
  password: Secret;
  /** The session token that the browser presents. That session ends, against session fixation. */
  earlierToken?: Secret | undefined;
  client: Client;
}>;

export type SignedIn = Readonly<{ token: Secret; maxAgeMs: number }>;

type Deps = Pick<
  Ports,
  'users' | 'unitOfWork' | 'passwordHasher' | 'tokenHasher' | 'randomSource' | 'idGenerator' | 'clock' | 'securityLog'
> & {
  throttle: Throttle;
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
 * after the same work, so that it does not reveal which addresses have an account. After a hundred consecutive failures (NIST SP
 * 800-63B-4, 3.2.2) the right password gives that response too, until a reset.
 */
export class SignIn extends UseCase<Deps> {
  /**
   * @throws {DomainError} credentials.wrong | user.unconfirmed | throttle.exceeded
   * @throws {PortError} hashing.busy
   */
  async execute({ email, password, earlierToken, client }: SignInCommand): Promise<SignedIn> {
    const { users, passwordHasher, throttle, clock } = this.deps;
    const address = Email.canonicalize(email);
    const at = clock.now();
    await throttle.assertAllowed(loginAttempts(address, client), at, client);

    const user = await users.findByEmail(address);
    const candidate = PasswordPolicy.normalize(password);
    const share = hashingShare(email, client);
    const isRight = await passwordHasher.verify(user?.passwordHash ?? null, candidate, share);
    const token = await this.#open({ address, user, isRight, earlierToken, at, client });
    const verified = user?.passwordHash ?? null;
    if (user !== undefined && verified !== null && passwordHasher.isOutdated(verified)) {
      await this.#rehash(user, verified, candidate, share);
    }
    return { token, maxAgeMs: this.deps.sessionLimits.ttlMs };
  }

  /** Does the same writes for right and wrong, known and unknown, so that the time reveals nothing. */
  async #open({ address, user, isRight, earlierToken, at, client }: Verified): Promise<Secret> {
    const { tokenHasher, randomSource, throttle, securityLog, sessionsPerUser } = this.deps;
    const token = randomSource.token();
    let ended = 0;
    const failures = user === undefined ? unknownAddressFailures(address) : consecutiveFailures(user.id);
    const attempts = loginAttempts(address, client);
    const outcome = await throttle.countThen<'in' | 'wrong' | 'locked' | 'unconfirmed'>(
      attempts,
      at,
      client,
      async (stores) => {
        const isLocked = await throttle.isExceeded(stores, failures, at, client);
        // The account or its password may have changed during the verification.
        const present = await stores.users.findByEmail(address);
        const isUnchanged = present?.id === user?.id && present?.passwordHash === user?.passwordHash;
        if (isLocked) return 'locked';
        const isRefused = present?.isBanned || (present?.isSample && this.deps.refusesSamples);
        if (user === undefined || !isRight || !isUnchanged || isRefused) return 'wrong';
        if (this.deps.confirmedOnly && present?.hasConfirmedEmail === false) {
          await throttle.refund(stores, ...attempts);
          return 'unconfirmed';
        }
        const [byAddressAndIp, byAddress, ...byNetwork] = attempts;
        await throttle.reset(stores, byAddressAndIp, byAddress, failures);
        await throttle.refund(stores, ...byNetwork);
        const earlier = earlierToken && (await stores.sessions.remove({ tokenHash: tokenHasher.hash(earlierToken) }));
        const session = this.#sessionOf(user, token, at, client);
        await stores.sessions.add(session);
        ended = await stores.sessions.removeOldestOf(user.id, { keep: sessionsPerUser });
        await this.#recordBegun(stores, user, { session, earlier, ended, at, client });
        return 'in';
      },
    );
    const userId = user?.id;
    if (outcome === 'in') {
      securityLog.record({ event: 'authn_login_success', userId, client });
      securityLog.record({ event: 'session_created', userId, client });
      if (ended > 0)
        securityLog.record({ event: 'session_ended', userId, client, detail: 'more than SESSIONS_PER_USER' });
      return token;
    }
    if (outcome === 'unconfirmed') {
      securityLog.record({ event: 'authn_login_fail', userId, client, detail: 'unconfirmed address' });
      throw new DomainError(
        'user.unconfirmed',
        'The address of this account is not confirmed. Reset the password: the email proves the address.',
      );
    }
    if (outcome === 'wrong') securityLog.record({ event: 'authn_login_fail', userId, client });
    else securityLog.record({ event: 'authn_login_fail_max', userId, client, detail: failures.policy.name });
    throw new DomainError('credentials.wrong', WRONG);
  }

  /** The caller is the person who has logged in. */
  async #recordBegun(
    stores: Stores,
    { id, role }: User,
    { session, earlier, ended, at, client }: Begun,
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
  async #rehash(user: User, verified: PasswordHash, password: Secret, share: HashingShare): Promise<void> {
    const { passwordHasher, unitOfWork } = this.deps;
    try {
      const stronger = await passwordHasher.hash(password, share);
      await unitOfWork.run(async ({ users }) => users.save((await users.get(user.id)).rehash(verified, stronger)));
    } catch (error) {
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
  at: Instant;
  client: Client;
}>;

type Verified = Readonly<{
  address: CanonicalEmail;
  user: User | undefined;
  isRight: boolean;
  earlierToken: Secret | undefined;
  at: Instant;
  client: Client;
}>;

/** One response for all cases: a response for a locked account would reveal that it exists. */
const WRONG = `The e-mail address or the password is wrong; after ${THROTTLE_POLICIES.loginFailuresInARow.limit} wrong ones in a row only a reset of the password opens the account again.`;
