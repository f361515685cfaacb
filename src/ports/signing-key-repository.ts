import type { ActiveKeys, SigningKey } from '../domain/license/signing-key.ts';

/**
 * The keys that sign license files. At most one is current and one pending, also when several instances create one at the
 * same time.
 */
export interface SigningKeyRepository {
  /** The current and the pending key, locked against other writers until the unit of work ends. */
  active(): Promise<ActiveKeys>;

  /**
   * Adds a current or a pending key, unless there is one.
   * @returns the current or the pending key: this one, or that of another instance
   */
  add(key: SigningKey): Promise<SigningKey>;

  /** Replaces a stored key. A key with an end of publication is retired. */
  replace(key: SigningKey): Promise<void>;
}
