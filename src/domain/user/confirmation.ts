import { latestRecorded } from '../shared/clock-skew.ts';
import { DomainError } from '../shared/domain-error.ts';
import { DAY_MS, Instant } from '../shared/instant.ts';
import type { Email } from './email.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

/**
 * `registration`: opens an account for the address. `address`: confirms the address of an account, or the new one.
 * `cancellation`: returns an account to the address it had before a change. `cancelled`: a used cancellation. It gives no
 * right, and is kept so that the notices of changes that it has cancelled give none either.
 */
export const CONFIRMATION_PURPOSES = ['registration', 'address', 'cancellation', 'cancelled'] as const;

export type ConfirmationPurpose = (typeof CONFIRMATION_PURPOSES)[number];

const HOUR_MS = 3_600_000;

/** Lifetime of a token. That of `cancelled` is longer than an email is queued. Unit: milliseconds. */
const TTL_MS: Readonly<Record<ConfirmationPurpose, number>> = {
  registration: HOUR_MS,
  address: HOUR_MS,
  cancellation: 72 * HOUR_MS,
  cancelled: 30 * DAY_MS,
};

export type ConfirmationSnapshot = Readonly<{
  tokenHash: TokenHash;
  purpose: ConfirmationPurpose;
  /** `null`: there is no account yet. */
  userId: UserId | null;
  /** The address that the token was sent to. */
  email: Email;
  /** That of a cancellation: when the change was requested. Its email, and so its token, may be much later. */
  requestedAt: Instant;
  expiresAt: Instant;
}>;

/** The right to do one thing with an address once, given by a token that only its mailbox has received. */
export class Confirmation {
  readonly #state: ConfirmationSnapshot;

  private constructor(state: ConfirmationSnapshot) {
    this.#state = state;
  }

  /** @param request.changedAt of a cancellation: when the change was requested */
  static request(
    request: Pick<ConfirmationSnapshot, 'tokenHash' | 'purpose' | 'userId' | 'email'> & {
      at: Instant;
      changedAt?: Instant | undefined;
    },
  ): Confirmation {
    const { at, changedAt = at, ...rest } = request;
    // The clock of the change may have been ahead.
    const requestedAt = changedAt < at ? changedAt : at;
    return new Confirmation({ ...rest, requestedAt, expiresAt: Instant.plusMs(at, TTL_MS[rest.purpose]) });
  }

  /** Restores a stored confirmation. For stores only. */
  static fromSnapshot(snapshot: ConfirmationSnapshot): Confirmation {
    return new Confirmation(snapshot);
  }

  /** One error for every reason, so that a guess reveals nothing. */
  static rejected(): DomainError {
    return new DomainError('confirmation.refused', 'This confirmation token is unknown, used or expired.');
  }

  /** One error for every reason, so that a guess reveals nothing. */
  static registrationRejected(): DomainError {
    return new DomainError(
      'registration.refused',
      'This confirmation token is unknown, used, expired or for another address.',
    );
  }

  get purpose(): ConfirmationPurpose {
    return this.#state.purpose;
  }

  get userId(): UserId | null {
    return this.#state.userId;
  }

  get email(): Email {
    return this.#state.email;
  }

  /** Not used, not expired, and not of a clock that was ahead. Half-open: not valid at the end. */
  isValid(at: Instant): boolean {
    const { purpose, requestedAt, expiresAt } = this.#state;
    return purpose !== 'cancelled' && at < expiresAt && requestedAt <= latestRecorded(at);
  }

  /** Uses a cancellation up: it cancels its own change and all later ones up to `at`. */
  cancelChanges(at: Instant): Confirmation {
    return new Confirmation({
      ...this.#state,
      purpose: 'cancelled',
      expiresAt: Instant.plusMs(at, TTL_MS.cancelled),
    });
  }

  /** Whether `other` cancels the same change or a later one. */
  isUpTo(other: Confirmation): boolean {
    return this.#state.requestedAt <= other.#state.requestedAt;
  }

  /** Whether this has cancelled a change that was requested at `changedAt`. */
  hasCancelled(changedAt: Instant): boolean {
    const { purpose, requestedAt, expiresAt } = this.#state;
    const usedAt = Instant.plusMs(expiresAt, -TTL_MS.cancelled);
    return purpose === 'cancelled' && requestedAt <= changedAt && changedAt <= usedAt;
  }

  toSnapshot(): ConfirmationSnapshot {
    return this.#state;
  }
}
