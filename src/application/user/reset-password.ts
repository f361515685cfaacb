import { counted, userChanges } from '../../domain/audit/audited-fields.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { byNetwork, networkOf } from '../../domain/throttle/network.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { type CanonicalEmail, Email } from '../../domain/user/email.ts';
import type { PasswordPolicy } from '../../domain/user/password-policy.ts';
import { PasswordReset } from '../../domain/user/password-reset.ts';
import type { User } from '../../domain/user/user.ts';
import type { Ports } from '../../ports/ports.ts';
import { ANONYMOUS, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Attempt, Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { removeAddressTokens } from './confirm-email.ts';
import { hashNewPassword, refundUnlessHashed } from './hash-new-password.ts';
import { hashingShare } from './hashing-share.ts';
import { endedByReset } from './login-attempts.ts';

export type ResetPasswordCommand = Readonly<{ email: string; token: Secret; newPassword: Secret; client: Client }>;

type Deps = Pick<
  Ports,
  'breachedPasswords' | 'unitOfWork' | 'passwordHasher' | 'tokenHasher' | 'idGenerator' | 'clock' | 'securityLog'
> & {
  passwordPolicy: PasswordPolicy;
  throttle: Throttle;
};

/**
 * Sets a new password with a reset token, ends all sessions of the user and the request for another address, and notifies
 * them by email. Does not open a session.
 */
export class ResetPassword extends UseCase<Deps> {
  /**
   * @throws {DomainError} password-reset.refused | user.invalid | throttle.exceeded
   * @throws {PortError} hashing.busy | upstream.unavailable
   */
  async execute({ email, token, newPassword, client }: ResetPasswordCommand): Promise<void> {
    const { unitOfWork, tokenHasher, throttle, clock } = this.deps;
    const address = Email.canonicalize(email);
    const at = clock.now();
    const tokenHash = tokenHasher.hash(token);
    // The account is that of the token. A token that is refused takes the same time for an address without an account,
    // because the address is only compared and never looked up.
    const owner = await unitOfWork.run(async ({ passwordResets, users }) => {
      const reset = await passwordResets.find(tokenHash);
      const user = reset && (await users.find(reset.userId));
      return isOwner(user, address) && reset?.isValidFor(user, at) ? user : undefined;
    });
    const password = owner && this.#acceptPassword(newPassword, owner);
    // A token has 256 bits. With a valid one only the attempts with that token are limited, because a hash is costly, and
    // not the guesses of others.
    const attempts = password ? [{ policy: LIMITS.resetByToken, subject: tokenHash }] : guesses(address, client);
    await throttle.count(attempts, at, client);
    if (owner === undefined || password === undefined) throw PasswordReset.rejected();

    // Outside the unit of work, which must not wait for argon2.
    const passwordHash = await refundUnlessHashed(this.deps, attempts, () =>
      hashNewPassword(this.deps, password, hashingShare(email, client)),
    );
    const userId = await unitOfWork.run(async (stores) => {
      // The user is locked before the reset, in the same order everywhere, to avoid deadlocks.
      const user = await stores.users.find(owner.id);
      const reset = await stores.passwordResets.take(tokenHash);
      if (!isOwner(user, address) || !reset?.isValidFor(user, at)) throw PasswordReset.rejected();
      this.#acceptPassword(newPassword, user);
      const withPassword = user.setPassword(passwordHash);
      const changed = reset.confirmsEmail ? withPassword.confirmEmail(user.email, at) : withPassword;
      await stores.users.save(changed);
      const removed = {
        sessions_ended: await stores.sessions.removeAllOf(user.id),
        confirmations_removed: await removeAddressTokens(stores, user),
      };
      await recordAudit(this.deps, stores, {
        caller: ANONYMOUS,
        client,
        action: 'user.password_reset',
        subject: { kind: 'user', id: user.id },
        changes: [...userChanges(user.toSnapshot(), changed.toSnapshot()), ...counted(removed)],
        at,
      });
      // The token proves the owner, so failed logins no longer block the account.
      const limits = await endedByReset(stores, { address, userId: user.id, client });
      await throttle.reset(stores, ...limits, ...attempts);
      await queueNotification(this.deps, stores, { kind: 'password-changed', to: user.email, at }, at);
      return user.id;
    });
    this.deps.securityLog.record({ event: 'authn_password_change', userId, client });
  }

  #acceptPassword(password: Secret, { email, name }: User): Secret {
    return this.deps.passwordPolicy.accept(password, { email, name });
  }
}

const isOwner = (user: User | undefined, address: CanonicalEmail): user is User =>
  user !== undefined && Email.canonicalize(user.email) === address;

const guesses = (address: string, { ip }: Client): readonly Attempt[] => [
  { policy: LIMITS.resetByAddressAndIp, subject: `${address} ${networkOf(ip)}` },
  { policy: LIMITS.resetByAddress, subject: address },
  ...byNetwork(LIMITS.resetByIp, ip),
];
