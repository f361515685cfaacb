import type { StoreHealth } from '../../ports/store-health.ts';

/** May traffic come? */
export class CheckReadiness {
  readonly #deps: { storeHealth: StoreHealth };

  constructor(deps: { storeHealth: StoreHealth }) {
    this.#deps = deps;
  }

  /** @returns what is missing, a sentence each */
  execute(): Promise<readonly string[]> {
    return this.#deps.storeHealth.problems();
  }
}
