import type { PasswordReset } from '../domain/user/password-reset.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/**
 * The resets that wait to be used, one a user at most.
 *
 * Every adapter passes test/contracts/password-reset-repository.contract.ts.
 */
export interface PasswordResetRepository {
  /** Replaces an older one of the same user. */
  put(reset: PasswordReset): Promise<void>;

  /** Looks, and leaves it there. */
  find(tokenHash: TokenHash): Promise<PasswordReset | undefined>;

  /** Finds and removes in one step: of two who take the same token, one gets it. */
  take(tokenHash: TokenHash): Promise<PasswordReset | undefined>;

  removeOf(userId: UserId): Promise<void>;
}
