import { hash } from 'node:crypto';

/** Random numbers that are the same for the same label, on every machine. */
export class SeededRandom {
  readonly #label: string;
  #bytes = Buffer.alloc(0);
  #used = 0;
  #block = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** @param end 1 to 65,536 */
  below(end: number): number {
    return ((this.#byte() << 8) | this.#byte()) % end;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }

  #byte(): number {
    if (this.#used === this.#bytes.length) {
      this.#bytes = hash('sha512', `${this.#label}:${this.#block}`, 'buffer');
      this.#block += 1;
      this.#used = 0;
    }
    const byte = this.#bytes[this.#used] as number;
    this.#used += 1;
    return byte;
  }
}
