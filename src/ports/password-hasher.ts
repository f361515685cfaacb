import type { Secret } from '../domain/shared/secret.ts';
import type { PasswordHash } from '../domain/user/password-hash.ts';

/** Hashes passwords. Slow on purpose, and limited in concurrency. Never call it inside a unit of work. */
export interface PasswordHasher {
  /** @throws {PortError} hashing.busy: the queue is full; nothing was started */
  hash(password: Secret): Promise<PasswordHash>;

  /**
   * Whether `password` matches. With `null` (no such account, or no password) does the same work and answers false.
   * @throws {PortError} hashing.busy
   */
  verify(stored: PasswordHash | null, password: Secret): Promise<boolean>;

  /** Whether the hash has weaker parameters than the configured ones. */
  isOutdated(stored: PasswordHash): boolean;
}
