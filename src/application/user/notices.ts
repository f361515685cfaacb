import type { Instant } from '../../domain/shared/instant.ts';
import type { ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import { mayGetEmails, type User } from '../../domain/user/user.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { RegistrationMode } from './register-user.ts';

type Deps = Readonly<{ throttle: Throttle; idGenerator: IdGenerator; registration: RegistrationMode }>;

type Notice = OutgoingEmail & Readonly<{ at: Instant }>;

/** The rule by which an address gets emails, see `mayGetEmails`. */
export const emailRule = (registration: RegistrationMode) => ({ needsConfirmation: registration !== 'open' });

/**
 * Queues a notice about the account of a user, if the address may get emails.
 * @param policy the limit that counts the notices of this kind, by user; `undefined`: none
 */
export const queueNotice = async (
  deps: Deps,
  stores: Stores,
  user: User,
  notice: Notice,
  policy?: ThrottlePolicy,
): Promise<void> => {
  if (!mayGetEmails(user.toSnapshot(), emailRule(deps.registration))) return;
  const { at } = notice;
  if (policy !== undefined && (await deps.throttle.isExceeded(stores, { policy, subject: user.id }, at))) return;
  await queueNotification(deps, stores, notice, at);
};
