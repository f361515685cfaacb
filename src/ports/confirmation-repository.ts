import type { Confirmation, ConfirmationPurpose } from '../domain/user/confirmation.ts';
import type { TokenHash } from '../domain/user/token-hash.ts';
import type { UserId } from '../domain/user/user-id.ts';

/** The pending confirmations of addresses, and the used cancellations of a change. */
export interface ConfirmationRepository {
  add(confirmation: Confirmation): Promise<void>;

  /** Finds a confirmation without consuming it. */
  find(tokenHash: TokenHash): Promise<Confirmation | undefined>;

  /** Finds and removes the confirmation atomically: of two concurrent calls, one gets it. */
  take(tokenHash: TokenHash): Promise<Confirmation | undefined>;

  /** Those of the user with one purpose, in no order. */
  listOf(userId: UserId, purpose: ConfirmationPurpose): Promise<readonly Confirmation[]>;

  /** Removes those of the user that give a right, or those with one purpose. @returns their number */
  removeAllOf(userId: UserId, purpose?: ConfirmationPurpose): Promise<number>;
}
