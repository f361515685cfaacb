import type { Ports } from '../../ports/ports.ts';
import type { RestoreOptions } from '../../ports/store-backup.ts';
import { UseCase } from '../use-case.ts';

/** Replaces the store by a backup. The old store is kept under a name with the time of the restore. */
export class RestoreStore extends UseCase<Pick<Ports, 'storeBackup' | 'clock'>> {
  /**
   * @returns where the old store is kept, if there was one
   * @throws {PortError} store-backup.*
   */
  execute(options: Omit<RestoreOptions, 'at'>): Promise<string | undefined> {
    const { storeBackup, clock } = this.deps;
    return storeBackup.restore({ ...options, at: clock.now() });
  }
}
