import type { SigningKey } from '../domain/license/signing-key.ts';

/**
 * The keys for license files. One at most is current, however many instances make one at the same moment.
 *
 * Every adapter passes test/contracts/signing-key-repository.contract.ts.
 */
export interface SigningKeyRepository {
  /** Keeps other writers off it until the unit of work ends. */
  current(): Promise<SigningKey | undefined>;

  /**
   * Adds a current key, unless there is one already.
   * @returns the current key: this one, or that of whoever came first
   */
  addCurrent(key: SigningKey): Promise<SigningKey>;

  /** Replaces one that was added before. A key that is shown until some moment is current no more. */
  replace(key: SigningKey): Promise<void>;
}
