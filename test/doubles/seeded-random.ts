import { createHash } from 'node:crypto';
import { Secret } from '../../src/domain/shared/secret.ts';
import type { RandomSource } from '../../src/ports/random-source.ts';

const TOKEN_BYTES = 32;
const RANGE = 2 ** 32;

/** A reproducible random source for tests: the same seed gives the same values. */
export class SeededRandom implements RandomSource {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #used = 0;
  #blocks = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  token(): Secret {
    return new Secret(this.#take(TOKEN_BYTES).toString('base64url'));
  }

  below(end: number): number {
    const fair = RANGE - (RANGE % end);
    for (;;) {
      const drawn = this.#take(4).readUInt32BE();
      if (drawn < fair) return drawn % end;
    }
  }

  // Bytes are SHA-256 of the seed and a counter, one block after the other.
  #take(bytes: number): Buffer {
    if (this.#used + bytes > this.#block.length) {
      this.#block = createHash('sha256').update(`${this.#seed} ${this.#blocks}`).digest();
      this.#blocks += 1;
      this.#used = 0;
    }
    this.#used += bytes;
    return this.#block.subarray(this.#used - bytes, this.#used);
  }
}
