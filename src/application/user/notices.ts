import type { Instant } from '../../domain/shared/instant.ts';
import type { ThrottlePolicy } from '../../domain/throttle/throttle-policy.ts';
import type { User } from '../../domain/user/user.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import { queueNotification } from '../mail/queue-notification.ts';
import type { Throttle } from '../throttle/throttle.ts';
import type { RegistrationMode } from './register-user.ts';

/** Only links to confirm, to cancel and to reset go to an address that may be another person's. */
export const mayNotify = (user: User, registration: RegistrationMode): boolean =>
  !user.isBanned && (registration === 'open' || user.hasConfirmedEmail);

/** Queues a notice to a user, at most one a day. @property policy the limit that counts them, by user */
export const queueDailyNotice = async (
  deps: Readonly<{ throttle: Throttle; idGenerator: IdGenerator; registration: RegistrationMode }>,
  stores: Stores,
  { policy, user, notice, at }: Readonly<{ policy: ThrottlePolicy; user: User; notice: OutgoingEmail; at: Instant }>,
): Promise<void> => {
  if (!mayNotify(user, deps.registration)) return;
  if (await deps.throttle.isExceeded(stores, { policy, subject: user.id }, at)) return;
  await queueNotification(deps, stores, notice, at);
};
