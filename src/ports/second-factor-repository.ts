import type { SecondFactor } from '../domain/user/second-factor.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The second factors and their recovery codes. Every adapter passes test/contracts/second-factor-repository.contract.ts. */
export interface SecondFactorRepository {
  /** In a unit of work it is locked against other writers until the unit ends. */
  find(userId: UserId): Promise<SecondFactor | undefined>;

  /** Adds the factor, or replaces that of the user. The user's `hasSecondFactor` follows; the version stays. */
  put(factor: SecondFactor): Promise<void>;

  /** Removes the factor and its recovery codes. */
  remove(userId: UserId): Promise<void>;

  /** Only the hashes of the codes are stored. */
  replaceRecoveryCodes(userId: UserId, hashes: readonly TokenHash[]): Promise<void>;

  /** Removes the code. @returns whether it was there: of two concurrent calls, one gets it */
  takeRecoveryCode(userId: UserId, hash: TokenHash): Promise<boolean>;

  countRecoveryCodes(userId: UserId): Promise<number>;
}
