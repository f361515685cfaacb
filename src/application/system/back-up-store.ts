import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Copies the store into a new file. */
export class BackUpStore extends UseCase<Pick<Ports, 'storeBackup'>> {
  /** @throws {PortError} store-backup.* */
  execute(file: string): Promise<void> {
    return this.deps.storeBackup.backUp(file);
  }
}
