import type { Ports } from '../../ports/ports.ts';
import type { Copied } from '../../ports/store-copy.ts';
import { UseCase } from '../use-case.ts';

/** Copies one store into another, which must be empty. */
export class CopyStore extends UseCase<Pick<Ports, 'storeCopy'>> {
  /**
   * @returns the number of copied rows of every kind
   * @throws {PortError} store-copy.refused | store-copy.incomplete: nothing was kept
   */
  execute(): Promise<readonly Copied[]> {
    return this.deps.storeCopy.copy();
  }
}
