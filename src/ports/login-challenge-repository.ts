import type { LoginChallenge } from '../domain/user/login-challenge.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The log-ins that wait for a code. */
export interface LoginChallengeRepository {
  /** Adds the challenge, or replaces the stored one with its token. */
  put(challenge: LoginChallenge): Promise<void>;

  /** Locked against other writers until the unit of work ends. */
  find(tokenHash: TokenHash): Promise<LoginChallenge | undefined>;

  remove(tokenHash: TokenHash): Promise<void>;

  removeAllOf(userId: UserId): Promise<void>;
}
