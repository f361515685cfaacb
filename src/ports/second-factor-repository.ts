import type { SecondFactor } from '../domain/user/second-factor.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The second factors. Every adapter passes test/contracts/second-factor-repository.contract.ts. */
export interface SecondFactorRepository {
  /** Locked against other writers until the unit of work ends. */
  find(userId: UserId): Promise<SecondFactor | undefined>;

  /** Adds the factor, or replaces that of the user. */
  put(factor: SecondFactor): Promise<void>;
}
