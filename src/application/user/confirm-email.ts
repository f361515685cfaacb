import type { Caller } from '../../domain/access/caller.ts';
import type { AuditAction } from '../../domain/audit/audit-entry.ts';
import { counted, userChanges } from '../../domain/audit/audited-fields.ts';
import { DomainError } from '../../domain/shared/domain-error.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import { Confirmation } from '../../domain/user/confirmation.ts';
import type { Email } from '../../domain/user/email.ts';
import type { User } from '../../domain/user/user.ts';
import { UserId } from '../../domain/user/user-id.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { ANONYMOUS, recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Throttle } from '../throttle/throttle.ts';
import { UseCase } from '../use-case.ts';
import { credentialChanges } from './login-attempts.ts';

export type EmailConfirmed = Readonly<{ email: Email; outcome: 'confirmed' | 'cancelled' }>;

type Deps = Pick<Ports, 'users' | 'unitOfWork' | 'tokenHasher' | 'idGenerator' | 'clock' | 'securityLog'> & {
  throttle: Throttle;
};

/** Confirms the address of an account, or returns to the one before a change, by a token that only the mailbox received. */
export class ConfirmEmail extends UseCase<Deps> {
  /**
   * Queues an email with a token to the address that waits, or else to the present one.
   * @returns the address
   * @throws {DomainError} access.unauthenticated | access.forbidden | user.not-found | user.confirmed | throttle.exceeded
   */
  async request({
    caller,
    userId,
    client,
  }: Readonly<{ caller: Caller; userId: string; client: Client }>): Promise<Email> {
    const { users, throttle, clock } = this.deps;
    const id = UserId.parse(userId);
    caller.require('users:write', { self: id });
    const user = await users.get(id);
    caller.requireStaffAccess(user);
    const to = user.pendingEmail ?? (user.hasConfirmedEmail ? undefined : user.email);
    if (to === undefined) throw new DomainError('user.confirmed', 'The address of this account is confirmed.');
    const at = clock.now();
    // Others must not use up the limit of the person, and send no more than `confirmation-recipient` lets through.
    const attempts = caller.userId === id ? credentialChanges(id, client) : [];
    await throttle.countThen(attempts, at, client, (stores) =>
      queueNotification(
        this.deps,
        stores,
        { kind: 'confirm-address', to, userId: id, requestId: client.requestId },
        at,
      ),
    );
    return to;
  }

  /** @throws {DomainError} confirmation.refused | user.email-taken */
  async execute({ token, client }: Readonly<{ token: Secret; client: Client }>): Promise<EmailConfirmed> {
    const { unitOfWork, tokenHasher, idGenerator, clock, securityLog } = this.deps;
    const tokenHash = tokenHasher.hash(token);
    const at = clock.now();
    const { userId, ...confirmed } = await unitOfWork.run(async (stores) => {
      const found = await stores.confirmations.find(tokenHash);
      if (found === undefined || found.userId === null || !found.isValid(at)) throw Confirmation.rejected();
      // The user is locked before the confirmation, in the same order everywhere, to avoid deadlocks.
      const user = await stores.users.get(found.userId);
      // Another request may have used a cancellation up meanwhile, which leaves its token with another purpose.
      if (!(await stores.confirmations.take(tokenHash))?.isValid(at)) throw Confirmation.rejected();
      const { email, userId } = found;
      if (found.purpose === 'address') {
        const changed = user.confirmEmail(email, at);
        // A reset may have confirmed the address meanwhile.
        if (changed !== user) await stores.users.save(changed);
        // A token that was sent to the old address must not open the account of the new one.
        const removed =
          changed.email === user.email ? {} : { password_resets_removed: await stores.passwordResets.removeOf(userId) };
        await this.#record(stores, 'user.email_confirmed', user, changed, removed, client, at);
        return { userId, email, outcome: 'confirmed' as const };
      }
      const changed = user.returnToEmail(email, at);
      if (changed !== user) await stores.users.save(changed);
      const removed = {
        sessions_ended: await stores.sessions.removeAllOf(userId),
        password_resets_removed: await stores.passwordResets.removeOf(userId),
        confirmations_removed:
          (await stores.confirmations.removeAllOf(userId, 'address')) + (await cancelFrom(stores, userId, found)),
      };
      await stores.confirmations.add(found.cancelChanges(at));
      await this.#record(stores, 'user.email_change_cancelled', user, changed, removed, client, at);
      const mail = { kind: 'password-reset', to: email, reason: 'change-cancelled' } as const;
      await stores.outbox.add(idGenerator.next(), mail, at);
      return { userId, email, outcome: 'cancelled' as const };
    });
    securityLog.record({ event: 'user_updated', userId, client, detail: `email ${confirmed.outcome}` });
    return confirmed;
  }

  #record(
    stores: Stores,
    action: AuditAction,
    before: User,
    after: User,
    removed: Readonly<Record<string, number>>,
    client: Client,
    at: Instant,
  ): Promise<void> {
    const changes = [...userChanges(before.toSnapshot(), after.toSnapshot()), ...counted(removed)];
    const subject = { kind: 'user', id: before.id } as const;
    return recordAudit(this.deps, stores, { caller: ANONYMOUS, client, action, subject, changes, at });
  }
}

/** Removes the tokens of a requested change of the address, which ends. @returns their number */
export const removeAddressTokens = async ({ confirmations }: Stores, { id, pendingEmail }: User): Promise<number> =>
  pendingEmail === null ? 0 : confirmations.removeAllOf(id, 'address');

/**
 * Removes the cancellations of the same change and of later ones: an address that the account had in between must not get
 * it back. Those of earlier changes stay. @returns their number
 */
const cancelFrom = async ({ confirmations }: Stores, userId: UserId, used: Confirmation): Promise<number> => {
  const cancellations = await confirmations.listOf(userId, 'cancellation');
  const removed = cancellations.filter((other) => used.isUpTo(other));
  for (const other of removed) await confirmations.take(other.toSnapshot().tokenHash);
  return removed.length;
};
