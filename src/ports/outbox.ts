import type { Instant } from '../domain/shared/instant.ts';

/**
 * What a letter is about. It is worded when it is sent, not when it is promised.
 *
 * `password-reset` has no token in production: it is made when the letter is written, so that no usable token lies
 * in the store, and the letter is promised for unknown addresses as well, so that asking takes the same time for all.
 *
 * No letter holds words that a client chose: whoever registers the address of somebody else would write to them by us.
 */
export type Letter = Readonly<
  | { kind: 'welcome'; to: string }
  | { kind: 'password-reset'; to: string; token?: string }
  | { kind: 'password-changed'; to: string; at: Instant }
  | { kind: 'email-changed'; to: string; at: Instant }
>;

export type WaitingLetter = Readonly<{ id: string; letter: Letter; attempts: number }>;

/**
 * Letters that are promised but not yet sent. Each lives and dies with the transaction that wrote it.
 *
 * Every adapter passes test/contracts/outbox.contract.ts.
 */
export interface Outbox {
  add(id: string, letter: Letter, at: Instant): Promise<void>;

  /** Hands out what is due, oldest first, and hides it from other workers until `leaseUntil`. */
  claim(wish: { at: Instant; leaseUntil: Instant; limit: number }): Promise<readonly WaitingLetter[]>;

  /** Sent, or found to be for nobody: it is forgotten. */
  done(id: string): Promise<void>;

  /** Tried and failed: due again at `until`. `undefined`: given up, and kept for a person to look at. */
  postpone(id: string, until: Instant | undefined, reason: string): Promise<void>;
}
