import { latestRecorded } from '../shared/clock-skew.ts';
import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { TokenHash } from './token-hash.ts';
import type { User } from './user.ts';
import type { UserId } from './user-id.ts';

export type PasswordResetSnapshot = Readonly<{
  userId: UserId;
  tokenHash: TokenHash;
  requestedAt: Instant;
  expiresAt: Instant;
  /** Only the mailbox has received the token, so it proves who reads the address. */
  confirmsEmail: boolean;
}>;

/**
 * The right to set a new password once with a token. Each user has at most one; a newer request replaces the older. It
 * does not ask for the current password, so it is short-lived.
 */
export class PasswordReset {
  readonly #state: PasswordResetSnapshot;

  private constructor(state: PasswordResetSnapshot) {
    this.#state = state;
  }

  /** @param request.ttlMs lifetime of the token in milliseconds */
  static request(
    request: Readonly<{
      userId: UserId;
      tokenHash: TokenHash;
      ttlMs: number;
      confirmsEmail: boolean;
      at: Instant;
    }>,
  ): PasswordReset {
    const { ttlMs, at, ...reset } = request;
    return new PasswordReset({ ...reset, requestedAt: at, expiresAt: Instant.plusMs(at, ttlMs) });
  }

  /** Restores a stored reset. For stores only. */
  static fromSnapshot(snapshot: PasswordResetSnapshot): PasswordReset {
    return new PasswordReset(snapshot);
  }

  /** One error for every reason, so that a guess reveals nothing. */
  static rejected(): DomainError {
    return new DomainError(
      'password-reset.refused',
      'This reset token is unknown, used, expired or for another address.',
    );
  }

  /**
   * Whether it is this user's, not expired and not of a clock that was ahead. Half-open: not valid at `expiresAt`. Never
   * valid for a banned user.
   */
  isValidFor(user: Pick<User, 'id' | 'isBanned'> | undefined, at: Instant): boolean {
    const { userId: owner, requestedAt, expiresAt } = this.#state;
    return user?.id === owner && !user.isBanned && at < expiresAt && requestedAt <= latestRecorded(at);
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  get confirmsEmail(): boolean {
    return this.#state.confirmsEmail;
  }

  toSnapshot(): PasswordResetSnapshot {
    return this.#state;
  }
}
