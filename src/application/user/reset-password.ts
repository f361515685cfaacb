import type { Secret } from '../../domain/shared/secret.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { User } from '../../domain/user/user.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { consecutiveFailures, loginAttempts } from './login-limits.ts';

export type ResetPasswordCommand = Readonly<{ email: string; token: Secret; newPassword: Secret; client: Client }>;

type Deps = {
  unitOfWork: UnitOfWork;
  passwordHasher: PasswordHasher;
  passwordPolicy: PasswordPolicy;
  tokenHasher: TokenHasher;
  idGenerator: IdGenerator;
  throttle: Throttle;
  clock: Clock;
  securityLog: SecurityLog;
};

/** Sets a new password for who holds the token, ends all sessions of the user and tells them by mail. No log-in. */
export class ResetPassword {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {DomainError} password-reset.refused | user.invalid | throttle.exceeded */
  async execute({ email, token, newPassword, client }: ResetPasswordCommand): Promise<void> {
    const { unitOfWork, passwordHasher, tokenHasher, throttle, clock } = this.#deps;
    const address = Email.canonicalize(email);
    const at = clock.now();
    const tokenHash = tokenHasher.hash(token);
    const owner = await unitOfWork.run(async ({ passwordResets, users }) => {
      const reset = await passwordResets.find(tokenHash);
      const user = await users.findByEmail(address);
      return reset?.isValidFor(user?.id, at) ? user : undefined;
    });
    const password = owner && this.#acceptPassword(newPassword, owner);
    // Nobody guesses 256 bits, so limits on guesses must not stand in the way of who holds the token: only their own
    // tries do, for a hash is costly.
    const attempts = password ? [{ policy: LIMITS.resetByToken, subject: tokenHash }] : guessesOf(address, client);
    await throttle.admit(attempts, at, client);
    if (password === undefined) throw PasswordReset.rejected();

    // Hashed outside the unit of work, which must not wait for argon2, and looks again.
    const passwordHash = await throttle.lookAt(attempts, () => passwordHasher.hash(password));
    const userId = await unitOfWork.run(async (stores) => {
      // The account before what hangs on it, as everywhere: else two who meet here would wait for each other.
      const user = await stores.users.findByEmail(address);
      const reset = await stores.passwordResets.take(tokenHash);
      if (user === undefined || !reset?.isValidFor(user.id, at)) throw PasswordReset.rejected();
      this.#acceptPassword(newPassword, user);
      await stores.users.save(user.setPassword(passwordHash));
      await stores.sessions.removeAllOf(user.id);
      // Whoever holds the token is the owner; what others tried at the door is forgotten.
      const [byAddressAndIp, byAddress] = loginAttempts(address, client);
      const shut = [byAddressAndIp, byAddress, consecutiveFailures(user.id), ...attempts];
      await stores.attempts.clear(shut.map((attempt) => throttle.keyOf(attempt)));
      const letter = { kind: 'password-changed', to: user.email, at } as const;
      await stores.outbox.add(this.#deps.idGenerator.next(), letter, at);
      return user.id;
    });
    const { ip, requestId } = client;
    this.#deps.securityLog.record({ event: 'authn_password_change', userId, ip, requestId });
  }

  #acceptPassword(password: Secret, { email, name }: User): Secret {
    return this.#deps.passwordPolicy.accept(password, { email, name });
  }
}

const guessesOf = (address: string, { ip }: Client): readonly Attempt[] => [
  { policy: LIMITS.resetByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
  { policy: LIMITS.resetByAddress, subject: address },
  { policy: LIMITS.resetByIp, subject: networkOf(ip) },
];
