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
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import { PortError } from '../../ports/port-error.ts';
import type { RandomSource } from '../../ports/random-source.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { UserRepository } from '../../ports/user-repository.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { consecutiveFailures, loginAttempts, unknownAddressFailures } from './login-limits.ts';

export type SignInCommand = Readonly<{
  email: string;
  password: Secret;
  /** The session that the browser still shows; it ends, so that nobody can plant one. */
  earlierToken?: Secret | undefined;
  client: Client;
}>;

export type SignedIn = Readonly<{ token: Secret; maxAgeMs: number }>;

type Deps = {
  users: Pick<UserRepository, 'findByEmail'>;
  unitOfWork: UnitOfWork;
  passwordHasher: PasswordHasher;
  tokenHasher: TokenHasher;
  randomSource: RandomSource;
  idGenerator: IdGenerator;
  throttle: Throttle;
  clock: Clock;
  securityLog: SecurityLog;
  sessionLimits: SessionLimits;
};

/**
 * Opens a session for who knows the password. An unknown address and a wrong password are one answer after the same
 * work, so that nobody learns who has an account. After a hundred failures in a row (NIST SP 800-63B-4, 3.2.2) the
 * right password gets that answer too, until a reset.
 */
export class SignIn {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {DomainError} credentials.wrong | throttle.exceeded */
  async execute({ email, password, earlierToken, client }: SignInCommand): Promise<SignedIn> {
    const { users, passwordHasher, throttle, clock } = this.#deps;
    const address = Email.canonicalize(email);
    const at = clock.now();
    await throttle.assertAllowed(loginAttempts(address, client), at, client);

    const user = await users.findByEmail(address);
    const typed = PasswordPolicy.normalize(password);
    const isRight = await passwordHasher.verify(user?.passwordHash ?? null, typed);
    const token = await this.#open({ address, user, isRight, earlierToken, at, client });
    const verified = user?.passwordHash ?? null;
    if (user !== undefined && verified !== null && passwordHasher.isOutdated(verified)) {
      await this.#rehash(user, verified, typed);
    }
    return { token, maxAgeMs: this.#deps.sessionLimits.ttlMs };
  }

  /** The same writing for right and wrong, for an account and for none: how long it takes tells nothing. */
  async #open({ address, user, isRight, earlierToken, at, client }: Attempted): Promise<Secret> {
    const { tokenHasher, randomSource, throttle, securityLog } = this.#deps;
    const token = randomSource.token();
    const streak = user === undefined ? unknownAddressFailures(address) : consecutiveFailures(user.id);
    const attempts = loginAttempts(address, client);
    const outcome = await throttle.counting<'in' | 'wrong' | 'locked'>(attempts, at, client, async (stores) => {
      const isLocked = await throttle.isExceeded(stores.attempts, streak, at);
      // Comparing took a while. Whoever lost the account or changed its password meanwhile meant this log-in too.
      const present = await stores.users.findByEmail(address);
      const isStill = present?.id === user?.id && present?.passwordHash === user?.passwordHash;
      if (isLocked) return 'locked';
      if (user === undefined || !isRight || !isStill) return 'wrong';
      const [byAddressAndIp, byAddress, byIp] = attempts;
      await stores.attempts.clear([byAddressAndIp, byAddress, streak].map((attempt) => throttle.keyOf(attempt)));
      await stores.attempts.refund([throttle.keyOf(byIp)]);
      if (earlierToken !== undefined) await stores.sessions.remove({ tokenHash: tokenHasher.hash(earlierToken) });
      await stores.sessions.add(this.#sessionOf(user, token, at, client));
      return 'in';
    });
    const { ip, requestId } = client;
    const who = user === undefined ? { ip, requestId } : { userId: user.id, ip, requestId };
    if (outcome === 'in') {
      securityLog.record({ event: 'authn_login_success', ...who });
      securityLog.record({ event: 'session_created', ...who });
      return token;
    }
    if (outcome === 'locked') securityLog.record({ event: 'authn_login_fail_max', ...who, detail: streak.policy.name });
    else securityLog.record({ event: 'authn_login_fail', ...who });
    throw new DomainError('credentials.wrong', REFUSAL);
  }

  #sessionOf(user: User, token: Secret, at: Instant, { ip, userAgent }: Client): Session {
    const { idGenerator, tokenHasher } = this.#deps;
    const id = SessionId.parse(idGenerator.next());
    return Session.open({ id, userId: user.id, tokenHash: tokenHasher.hash(token), ip, userAgent, at });
  }

  // A login that succeeded must not fail because we are busy, or because the password has just been changed.
  async #rehash(user: User, verified: PasswordHash, typed: Secret): Promise<void> {
    const { passwordHasher, unitOfWork } = this.#deps;
    try {
      const stronger = await passwordHasher.hash(typed);
      await unitOfWork.run(async ({ users }) => users.save((await users.get(user.id)).rehash(verified, stronger)));
    } catch (error) {
      const isHarmless =
        (error instanceof PortError && error.code === 'hashing.busy') ||
        (error instanceof DomainError && (error.code === 'user.stale' || error.code === 'user.not-found'));
      if (!isHarmless) throw error;
    }
  }
}

type Attempted = Readonly<{
  address: CanonicalEmail;
  user: User | undefined;
  isRight: boolean;
  earlierToken: Secret | undefined;
  at: Instant;
  client: Client;
}>;

/** One answer to all: that an account is closed would tell that there is one. */
const REFUSAL = `The e-mail address or the password is wrong; after ${THROTTLE_POLICIES.loginStreak.limit} wrong ones in a row only a reset of the password opens the account again.`;
