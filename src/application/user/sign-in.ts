import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
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
import type { Attempt, Throttle } from '../throttle/throttle.ts';

export type SignInCommand = Readonly<{
  email: string;
  password: Secret;
  /** The session that the browser still shows; it ends, so that nobody can plant one. */
  earlierToken?: Secret | undefined;
  client: Client;
}>;

export type SignedIn = Readonly<{ token: Secret; longestLifeMs: number }>;

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
 * work, so that nobody learns who has an account.
 */
export class SignIn {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async execute({ email, password, earlierToken, client }: SignInCommand): Promise<SignedIn> {
    const { users, passwordHasher, throttle, clock } = this.#deps;
    const address = Email.canonicalOfAny(email);
    const at = clock.now();
    const attempts = attemptsOf(address, client);
    await throttle.admit(attempts, at, client);

    const user = await users.findByEmail(address);
    const typed = PasswordPolicy.normalize(password);
    const stored = user?.passwordHash ?? null;
    const isRight = await throttle.lookAt(attempts, () => passwordHasher.verify(stored, typed));
    if (user === undefined || stored === null || !isRight) throw this.#refuse(user, client);

    const signedIn = await this.#open(user, stored, attempts, earlierToken, at, client);
    if (passwordHasher.isOutdated(stored)) await this.#rehash(user, stored, typed);
    return signedIn;
  }

  async #open(
    user: User,
    verified: PasswordHash,
    attempts: LoginAttempts,
    earlierToken: Secret | undefined,
    at: Instant,
    client: Client,
  ): Promise<SignedIn> {
    const { ip, userAgent, requestId } = client;
    const { unitOfWork, tokenHasher, randomSource, idGenerator, throttle, securityLog, sessionLimits } = this.#deps;
    const token = randomSource.token();
    const session = Session.open({
      id: SessionId.parse(idGenerator.next()),
      userId: user.id,
      tokenHash: tokenHasher.hash(token),
      ip,
      userAgent,
      at,
    });
    const [byAddressAndIp, byAddress, streak, byIp] = attempts.map((attempt) => throttle.keyOf(attempt)) as Keys;
    await unitOfWork.run(async (stores) => {
      // Comparing took a while. Whoever lost the account or changed its password meanwhile meant this log-in too.
      const present = await stores.users.findByEmail(Email.canonical(user.email));
      if (present?.id !== user.id || present.passwordHash !== verified) throw this.#refuse(present, client);
      await stores.attempts.clear([byAddressAndIp, byAddress, streak]);
      await stores.attempts.takeBack([byIp]);
      if (earlierToken !== undefined) await stores.sessions.remove({ tokenHash: tokenHasher.hash(earlierToken) });
      await stores.sessions.add(session);
    });
    securityLog.record({ event: 'authn_login_success', userId: user.id, ip, requestId });
    securityLog.record({ event: 'session_created', userId: user.id, ip, requestId });
    return { token, longestLifeMs: sessionLimits.ttlMs };
  }

  #refuse(user: User | undefined, { ip, requestId }: Client): DomainError {
    const who = user === undefined ? {} : { userId: user.id };
    this.#deps.securityLog.record({ event: 'authn_login_fail', ...who, ip, requestId });
    return new DomainError('credentials.wrong', 'The e-mail address or the password is wrong.');
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

type LoginAttempts = readonly [Attempt, Attempt, Attempt, Attempt];
type Keys = [string, string, string, string];

const attemptsOf = (address: string, { ip }: Client): LoginAttempts => [
  { policy: LIMITS.loginByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
  { policy: LIMITS.loginByAddress, subject: address },
  { policy: LIMITS.loginStreak, subject: address },
  { policy: LIMITS.loginByIp, subject: networkOf(ip) },
];
