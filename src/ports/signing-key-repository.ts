import type { SigningKey } from '../domain/license/signing-key.ts';

/**
 * The keys that sign license files. At most one is current, also when several instances create one at the same time.
 *
 * Every adapter passes test/contracts/signing-key-repository.contract.ts.
 */
export interface SigningKeyRepository {
  /** The current key, locked against other writers until the unit of work ends. */
  current(): Promise<SigningKey | undefined>;

  /**
   * Adds a current key, unless there is one.
   * @returns the current key: this one, or that of another instance
   */
  addCurrent(key: SigningKey): Promise<SigningKey>;

  /** Replaces a stored key. A key with an end of publication is no longer current. */
  replace(key: SigningKey): Promise<void>;
}
