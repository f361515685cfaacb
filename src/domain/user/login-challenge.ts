import { latestRecorded } from '../shared/clock-skew.ts';
import { Instant } from '../shared/instant.ts';
import type { TokenHash } from './token-hash.ts';
import type { UserId } from './user-id.ts';

/** Lifetime. Unit: milliseconds. */
const TTL_MS = 5 * 60_000;
/** The wrong code that ends it. */
const MAX_FAILURES = 5;

export type LoginChallengeSnapshot = Readonly<{
  tokenHash: TokenHash;
  userId: UserId;
  /** Hash of the password hash that was verified: another password ends the challenge. */
  passwordDigest: TokenHash;
  /** The session that ends with the log-in; `null`: none. */
  earlierTokenHash: TokenHash | null;
  failures: number;
  requestedAt: Instant;
  expiresAt: Instant;
}>;

/** A log-in after the right password, which waits for the code of the second factor. */
export class LoginChallenge {
  readonly #state: LoginChallengeSnapshot;

  private constructor(state: LoginChallengeSnapshot) {
    this.#state = state;
  }

  static request(
    request: Omit<LoginChallengeSnapshot, 'failures' | 'requestedAt' | 'expiresAt'> & { at: Instant },
  ): LoginChallenge {
    const { at, ...rest } = request;
    return new LoginChallenge({ ...rest, failures: 0, requestedAt: at, expiresAt: Instant.plusMs(at, TTL_MS) });
  }

  /** Restores a stored challenge. For stores only. */
  static fromSnapshot(snapshot: LoginChallengeSnapshot): LoginChallenge {
    return new LoginChallenge(snapshot);
  }

  get userId(): UserId {
    return this.#state.userId;
  }

  get tokenHash(): TokenHash {
    return this.#state.tokenHash;
  }

  get earlierTokenHash(): TokenHash | null {
    return this.#state.earlierTokenHash;
  }

  /** Half-open: not valid at the end. */
  isValid(passwordDigest: TokenHash, at: Instant): boolean {
    const { passwordDigest: verified, failures, requestedAt, expiresAt } = this.#state;
    return (
      verified === passwordDigest && failures < MAX_FAILURES && at < expiresAt && requestedAt <= latestRecorded(at)
    );
  }

  /** After a wrong code. */
  fail(): LoginChallenge {
    return new LoginChallenge({ ...this.#state, failures: this.#state.failures + 1 });
  }

  /** After the same password was hashed again. */
  rehash(passwordDigest: TokenHash): LoginChallenge {
    return new LoginChallenge({ ...this.#state, passwordDigest });
  }

  toSnapshot(): LoginChallengeSnapshot {
    return this.#state;
  }
}
