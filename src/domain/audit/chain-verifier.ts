import { type ChainPoint, chainedHash, type Seal, type Sha256 } from './audit-chain.ts';

/**
 * @property end the last entry that is as it was sealed
 * @property broken the first number whose entry is changed, missing or at another's place; `undefined`: there is none
 */
export type ChainResult = Readonly<{
  anchor: ChainPoint;
  end: ChainPoint;
  broken: Readonly<{ seq: number; reason: string }> | undefined;
}>;

/** Verifies a chain entry by entry. It stops at the first broken one. */
export class ChainVerifier {
  readonly #sha256: Sha256;
  readonly #anchor: ChainPoint;
  readonly #points: readonly ChainPoint[];
  #end: ChainPoint;
  #broken: ChainResult['broken'];

  /** @param points entries that the chain must contain */
  constructor(anchor: ChainPoint, points: readonly ChainPoint[], sha256: Sha256) {
    this.#sha256 = sha256;
    this.#anchor = anchor;
    this.#points = points;
    this.#end = anchor;
    this.#reach(anchor);
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  get end(): ChainPoint {
    return this.#end;
  }

  /** @param text JSON of the entry, without its place in the chain */
  add({ text, seal }: Readonly<{ text: string; seal: Seal }>): void {
    if (this.isBroken) return;
    const expected = this.#end.seq + 1;
    if (seal.seq !== expected) {
      this.breakAt(expected, 'the entry is missing or at another place');
    } else if (seal.prev !== this.#end.hash || seal.hash !== chainedHash(text, seal, this.#sha256)) {
      this.breakAt(expected, 'the entry, or the one before it, was changed');
    } else {
      this.#end = seal;
      this.#reach(seal);
    }
  }

  breakAt(seq: number, reason: string): void {
    this.#broken ??= { seq, reason };
  }

  finish(): ChainResult {
    const { seq: last } = this.#end;
    for (const { seq } of this.#points) {
      if (seq < this.#anchor.seq) this.breakAt(seq, 'the entry was removed');
      if (seq > last) this.breakAt(last + 1, 'the entry is missing');
    }
    const { seq, hash } = this.#end;
    return { anchor: this.#anchor, end: { seq, hash }, broken: this.#broken };
  }

  #reach({ seq, hash }: ChainPoint): void {
    for (const point of this.#points) {
      if (point.seq === seq && point.hash !== hash) this.breakAt(seq, 'the entry is another one');
    }
  }
}
