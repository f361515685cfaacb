import type { Ports } from '../../ports/ports.ts';
import type { RestoreOptions } from '../../ports/store-backup.ts';
import { UseCase } from '../use-case.ts';

/** Copies the store into a new file, and back. */
export class BackUpStore extends UseCase<Pick<Ports, 'storeBackup' | 'clock'>> {
  /** @throws {PortError} store-backup.* */
  execute(file: string): Promise<void> {
    return this.deps.storeBackup.backUp(file);
  }

  /**
   * Replaces the store by a backup. The old store is kept under a name with the time of the restore.
   * @returns where the old store is kept, if there was one
   * @throws {PortError} store-backup.*
   */
  restore(options: Omit<RestoreOptions, 'at'>): Promise<string | undefined> {
    const { storeBackup, clock } = this.deps;
    return storeBackup.restore({ ...options, at: clock.now() });
  }
}
