import type { Instant } from '../../domain/shared/instant.ts';
import { THROTTLE_POLICIES as LIMITS } from '../../domain/throttle/throttle-policy.ts';
import { Email } from '../../domain/user/email.ts';
import type { IdGenerator } from '../../ports/id-generator.ts';
import type { OutgoingEmail } from '../../ports/outbox.ts';
import type { Stores } from '../../ports/unit-of-work.ts';
import type { Throttle } from '../throttle/throttle.ts';

/** An anonymous request can send these to an address. They must not use up the limit of notices to its owner. */
const CAUSED_BY_OTHERS: ReadonlySet<OutgoingEmail['kind']> = new Set(['confirm-registration', 'confirm-address']);

/**
 * Queues an email that was not requested, unless its recipient has received too many of its kind. The action that causes
 * it succeeds in any case: otherwise a flood of emails would keep the recipient from changing their own account. Each kind
 * counts by itself, so that a flood of one does not keep another from its recipient.
 */
export const queueNotification = async (
  { throttle, idGenerator }: Readonly<{ throttle: Throttle; idGenerator: IdGenerator }>,
  stores: Stores,
  email: OutgoingEmail,
  at: Instant,
): Promise<void> => {
  const policy = CAUSED_BY_OTHERS.has(email.kind) ? LIMITS.confirmationByRecipient : LIMITS.emailByRecipient;
  const attempt = { policy, subject: `${email.kind} ${Email.canonicalize(email.to)}` };
  if (await throttle.isExceeded(stores, attempt, at)) return;
  await stores.outbox.add(idGenerator.next(), email, at);
};
