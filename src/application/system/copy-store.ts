import type { Copied, StoreCopy } from '../../ports/store-copy.ts';

/** Copies one store into another, which must be empty. */
export class CopyStore {
  readonly #deps: { storeCopy: StoreCopy };

  constructor(deps: { storeCopy: StoreCopy }) {
    this.#deps = deps;
  }

  /**
   * @returns the number of copied rows of every kind
   * @throws {PortError} store-copy.refused | store-copy.incomplete: nothing was kept
   */
  execute(): Promise<readonly Copied[]> {
    return this.#deps.storeCopy.copy();
  }
}
