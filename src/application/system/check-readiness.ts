import type { StoreHealth } from '../../ports/store-health.ts';
import { UseCase } from '../use-case.ts';

/** Checks whether the service can handle requests. */
export class CheckReadiness extends UseCase<{ storeHealth: StoreHealth }> {
  /** @returns one message for each problem; empty when ready */
  execute(): Promise<readonly string[]> {
    return this.deps.storeHealth.problems();
  }
}
