import { latestRecorded } from '../shared/clock-skew.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { Email } from './email.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

/**
 * `registration`: opens an account for the address. `address`: confirms the address of an account, or the new one.
 * `cancellation`: returns an account to the address it had before a change.
 */
export const CONFIRMATION_PURPOSES = ['registration', 'address', 'cancellation'] as const;

export type ConfirmationPurpose = (typeof CONFIRMATION_PURPOSES)[number];

const HOUR_MS = 3_600_000;

/** Lifetime of a token. Unit: milliseconds. */
const TTL_MS: Readonly<Record<ConfirmationPurpose, number>> = {
  registration: HOUR_MS,
  address: HOUR_MS,
  cancellation: 72 * HOUR_MS,
};

export type ConfirmationSnapshot = Readonly<{
  tokenHash: TokenHash;
  purpose: ConfirmationPurpose;
  /** `null`: there is no account yet. */
  userId: UserId | null;
  /** The address that the token was sent to. */
  email: Email;
  requestedAt: Instant;
  expiresAt: Instant;
}>;

/** The right to do one thing with an address once, given by a token that only its mailbox has received. */
export class Confirmation {
  readonly #state: ConfirmationSnapshot;

  private constructor(state: ConfirmationSnapshot) {
    this.#state = state;
  }

  static request(
    request: Pick<ConfirmationSnapshot, 'tokenHash' | 'purpose' | 'userId' | 'email'> & { at: Instant },
  ): Confirmation {
    const { at, ...rest } = request;
    return new Confirmation({ ...rest, requestedAt: at, expiresAt: Instant.plusMs(at, TTL_MS[rest.purpose]) });
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

  /** Not expired, and not of a clock that was ahead. Half-open: not valid at the end. */
  isValid(at: Instant): boolean {
    return at < this.#state.expiresAt && this.#state.requestedAt <= latestRecorded(at);
  }

  toSnapshot(): ConfirmationSnapshot {
    return this.#state;
  }
}
