import type { StoreHealth } from '../../ports/store-health.ts';

/** Checks whether the service can handle requests. */
export class CheckReadiness {
  readonly #deps: { storeHealth: StoreHealth };

  constructor(deps: { storeHealth: StoreHealth }) {
    this.#deps = deps;
  }

  /** @returns one message for each problem; empty when ready */
  execute(): Promise<readonly string[]> {
    return this.#deps.storeHealth.problems();
  }
}
