import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';
import type { IdGenerator } from '../../../ports/id-generator.ts';

/** For so many ids randomness is fetched at a time: fetching it takes longer than making an id of it. */
const IDS_PER_FETCH = 256;
const BYTES_PER_ID = 16;

/** Time first, then a counter that starts at random: in order within a process, even when its clock is set back. */
export class Uuidv7Ids implements IdGenerator {
  readonly #random = new Uint8Array(IDS_PER_FETCH * BYTES_PER_ID);
  #used = this.#random.length;
  #msecs = 0;
  #seq = 0;

  next(): string {
    const random = this.#freshBytes();
    const now = Date.now();
    if (now > this.#msecs) {
      this.#msecs = now;
      // 31 of the 32 bits, so that there is room to count.
      this.#seq = new DataView(random.buffer, random.byteOffset).getUint32(6) >>> 1;
    } else {
      this.#seq += 1;
    }
    return v7({ random, msecs: this.#msecs, seq: this.#seq });
  }

  #freshBytes(): Uint8Array {
    if (this.#used === this.#random.length) {
      randomFillSync(this.#random);
      this.#used = 0;
    }
    this.#used += BYTES_PER_ID;
    return this.#random.subarray(this.#used - BYTES_PER_ID, this.#used);
  }
}
