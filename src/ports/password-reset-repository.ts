import type { PasswordReset } from '../domain/user/password-reset.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The pending password resets, at most one for each user. */
export interface PasswordResetRepository {
  /** Adds the reset and replaces an older one of the user. */
  put(reset: PasswordReset): Promise<void>;

  /** Finds a reset without consuming it. */
  find(tokenHash: TokenHash): Promise<PasswordReset | undefined>;

  /** Finds and removes the reset atomically: of two concurrent calls, one gets it. */
  take(tokenHash: TokenHash): Promise<PasswordReset | undefined>;

  /** @returns the number of removed resets */
  removeOf(userId: UserId): Promise<number>;
}
