import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Checks whether the service can handle requests. */
export class CheckReadiness extends UseCase<Pick<Ports, 'storeHealth'>> {
  /** @returns one message for each problem; empty when ready */
  execute(): Promise<readonly string[]> {
    return this.deps.storeHealth.problems();
  }
}
