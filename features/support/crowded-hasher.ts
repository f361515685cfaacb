import type { Secret } from '../../src/domain/shared/secret.ts';
import type { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { PasswordHasher } from '../../src/ports/password-hasher.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** How many passwords may still be checked; outlives the hasher, which is another after each start of the house. */
export class Crowd {
  #free = Number.POSITIVE_INFINITY;

  gather(free: number): void {
    this.#free = free;
  }

  leave(): void {
    this.#free = Number.POSITIVE_INFINITY;
  }

  makeRoom(): void {
    if (this.#free === 0) throw new PortError('hashing.busy', 'Everybody logs in at once');
    this.#free -= 1;
  }
}

/**
 * The real hasher behind a crowd that comes and goes at a word, so that no feature depends on how fast a hash is. That
 * a full queue says the same is the hasher's own contract.
 */
export class CrowdedHasher implements PasswordHasher {
  readonly #hasher: PasswordHasher;
  readonly #crowd: Crowd;

  constructor(hasher: PasswordHasher, crowd: Crowd) {
    this.#hasher = hasher;
    this.#crowd = crowd;
  }

  async hash(password: Secret): Promise<PasswordHash> {
    this.#crowd.makeRoom();
    return this.#hasher.hash(password);
  }

  async verify(stored: PasswordHash | null, password: Secret): Promise<boolean> {
    this.#crowd.makeRoom();
    return this.#hasher.verify(stored, password);
  }

  isOutdated(stored: PasswordHash): boolean {
    return this.#hasher.isOutdated(stored);
  }
}
