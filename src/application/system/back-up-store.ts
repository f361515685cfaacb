import type { StoreBackup } from '../../ports/store-backup.ts';
import { UseCase } from '../use-case.ts';

/** Copies the store into a new file. */
export class BackUpStore extends UseCase<{ storeBackup: StoreBackup }> {
  /** @throws {PortError} store-backup.* */
  execute(file: string): Promise<void> {
    return this.deps.storeBackup.backUp(file);
  }
}
