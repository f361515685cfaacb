import type { Secret } from '../domain/shared/secret.ts';
import type { PasswordHash } from '../domain/user/password-hash.ts';

/** Slow on purpose, and only so many at a time. Never call it inside a unit of work. */
export interface PasswordHasher {
  /** @throws {PortError} hashing.busy: the queue is full, nothing was started */
  hash(password: Secret): Promise<PasswordHash>;

  /**
   * Is this the password? With no hash to compare (nobody has this address) it does the same work and says no.
   * @throws {PortError} hashing.busy
   */
  verify(stored: PasswordHash | null, password: Secret): Promise<boolean>;

  /** Was this hash made with weaker parameters than today's? */
  isOutdated(stored: PasswordHash): boolean;
}
