import type { Secret } from '../../src/domain/shared/secret.ts';
import type { PasswordHash } from '../../src/domain/user/password-hash.ts';
import type { HashingShare, PasswordHasher } from '../../src/ports/password-hasher.ts';
import { PortError } from '../../src/ports/port-error.ts';

/** The remaining capacity of the hasher. Survives restarts of the server. */
export class Overload {
  #free = Number.POSITIVE_INFINITY;

  begin(free: number): void {
    this.#free = free;
  }

  end(): void {
    this.#free = Number.POSITIVE_INFINITY;
  }

  takeSlot(): void {
    if (this.#free === 0) throw new PortError('hashing.busy', 'The queue is full');
    this.#free -= 1;
  }
}

/**
 * The real hasher with a controlled overload, so that no feature depends on the speed of a hash. The behaviour of
 * a full queue is covered by the hasher's contract.
 */
export class OverloadedHasher implements PasswordHasher {
  readonly #hasher: PasswordHasher;
  readonly #overload: Overload;

  constructor(hasher: PasswordHasher, overload: Overload) {
    this.#hasher = hasher;
    this.#overload = overload;
  }

  async hash(password: Secret, share?: HashingShare): Promise<PasswordHash> {
    this.#overload.takeSlot();
    return this.#hasher.hash(password, share);
  }

  async verify(stored: PasswordHash | null, password: Secret, share?: HashingShare): Promise<boolean> {
    this.#overload.takeSlot();
    return this.#hasher.verify(stored, password, share);
  }

  expectParameters(parameters: string): void {
    this.#hasher.expectParameters(parameters);
  }

  isOutdated(stored: PasswordHash): boolean {
    return this.#hasher.isOutdated(stored);
  }
}
