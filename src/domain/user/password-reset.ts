import { DomainError } from '../shared/domain-error.ts';
import { Instant } from '../shared/instant.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

export type PasswordResetSnapshot = Readonly<{
  userId: UserId;
  tokenHash: TokenHash;
  requestedAt: Instant;
  expiresAt: Instant;
}>;

/**
 * The right to set a new password once, for whoever holds the token. Each user has at most one: a newer request
 * voids the older. It does not ask for the old password, so it dies young.
 */
export class PasswordReset {
  readonly #state: PasswordResetSnapshot;

  private constructor(state: PasswordResetSnapshot) {
    this.#state = state;
  }

  /** @param request.ttlMs how long the token lives, in milliseconds */
  static request(request: { userId: UserId; tokenHash: TokenHash; ttlMs: number; at: Instant }): PasswordReset {
    const { userId, tokenHash, ttlMs, at } = request;
    return new PasswordReset({ userId, tokenHash, requestedAt: at, expiresAt: Instant.plusMs(at, ttlMs) });
  }

  /** For stores only. */
  static fromSnapshot(snapshot: PasswordResetSnapshot): PasswordReset {
    return new PasswordReset(snapshot);
  }

  /** One answer for every reason, so that guessing teaches nothing. */
  static rejected(): DomainError {
    return new DomainError(
      'password-reset.refused',
      'This reset token is unknown, used, expired or for another address.',
    );
  }

  /** Is it this user's, and still good? Half-open: good before `expiresAt`, not at it. */
  isValidFor(userId: UserId | undefined, at: Instant): boolean {
    return userId === this.#state.userId && at < this.#state.expiresAt;
  }

  toSnapshot(): PasswordResetSnapshot {
    return this.#state;
  }
}
