import { allOrRefused } from '../../domain/shared/all-or-refused.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { PasswordHasher } from '../../ports/password-hasher.ts';
import type { SecurityLog } from '../../ports/security-log.ts';
import type { TokenHasher } from '../../ports/token-hasher.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import type { Client } from '../client.ts';
import type { Throttle } from '../throttle/throttle.ts';

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
    const { passwordPolicy, passwordHasher, tokenHasher, throttle, clock } = this.#deps;
    const address = Email.canonicalOfAny(email);
    const at = clock.now();
    const attempts = [
      { policy: LIMITS.resetByAddressAndIp, subject: `${address} ${networkOf(client.ip)}` },
      { policy: LIMITS.resetByAddress, subject: address },
      { policy: LIMITS.resetByIp, subject: networkOf(client.ip) },
    ];
    const { password } = allOrRefused('user.invalid', {
      password: () => passwordPolicy.accept(newPassword, { email }),
    });
    await throttle.admit(attempts, at, client);

    // Hashed before the token is looked at: a unit of work must not wait for argon2, and a bad guess costs the same.
    const passwordHash = await throttle.lookAt(attempts, () => passwordHasher.hash(password));
    const tokenHash = tokenHasher.hash(token);
    const forgiven = attempts.map((attempt) => throttle.keyOf(attempt));
    const userId = await this.#deps.unitOfWork.run(async (stores) => {
      const reset = await stores.passwordResets.take(tokenHash);
      const user = await stores.users.findByEmail(address);
      if (reset === undefined || user === undefined) throw PasswordReset.refused();
      reset.mustServe(user.id, at);
      await stores.users.save(user.setPassword(passwordHash));
      await stores.sessions.removeAllOf(user.id);
      await stores.attempts.takeBack(forgiven);
      // Whoever holds the token is the owner; what others tried at the door is forgotten.
      const doors = [LIMITS.loginStreak, LIMITS.loginByAddress];
      const here = { policy: LIMITS.loginByAddressAndIp, subject: `${address} ${networkOf(client.ip)}` };
      const shut = [here, ...doors.map((policy) => ({ policy, subject: address }))];
      await stores.attempts.clear(shut.map((attempt) => throttle.keyOf(attempt)));
      const letter = { kind: 'password-changed', to: user.email, at } as const;
      await stores.outbox.add(this.#deps.idGenerator.next(), letter, at);
      return user.id;
    });
    const { ip, requestId } = client;
    this.#deps.securityLog.record({ event: 'authn_password_change', userId, ip, requestId });
  }
}
