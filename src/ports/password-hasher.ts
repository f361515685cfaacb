import type { Secret } from '../domain/shared/secret.ts';
import type { PasswordHash } from '../domain/user/password-hash.ts';

/**
 * The share of the queue that a hash takes. Networks take turns, and so do the accounts of a network. A full queue drops
 * a hash of the account or network with the most waiting hashes.
 */
export type HashingShare = Readonly<{ network: string; account: string }>;

/** Hashes passwords. Slow on purpose, and limited in concurrency. Never call it inside a unit of work. */
export interface PasswordHasher {
  /**
   * @param share default: that of the service itself
   * @throws {PortError} hashing.busy: the queue is full; nothing was started
   */
  hash(password: Secret, share?: HashingShare): Promise<PasswordHash>;

  /**
   * Whether `password` matches. With `null` (no such account, or no password) does the same work and answers false.
   * @throws {PortError} hashing.busy
   */
  verify(stored: PasswordHash | null, password: Secret, share?: HashingShare): Promise<boolean>;

  /**
   * From now on a failed verification does at least the work of `parameters`, the part of a stored hash before its salt,
   * so that its time does not reveal which hash was compared.
   */
  expectParameters(parameters: string): void;

  /** Whether the hash has weaker parameters than the configured ones. */
  isOutdated(stored: PasswordHash): boolean;
}
