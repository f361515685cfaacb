import type { Clock } from '../../ports/clock.ts';
import type { RestoreOptions, StoreBackup } from '../../ports/store-backup.ts';

/** Replaces the store by a backup. The old store is kept under a name with the time of the restore. */
export class RestoreStore {
  readonly #deps: { storeBackup: StoreBackup; clock: Clock };

  constructor(deps: { storeBackup: StoreBackup; clock: Clock }) {
    this.#deps = deps;
  }

  /**
   * @returns where the old store is kept, if there was one
   * @throws {PortError} store-backup.*
   */
  execute(options: Omit<RestoreOptions, 'at'>): Promise<string | undefined> {
    const { storeBackup, clock } = this.#deps;
    return storeBackup.restore({ ...options, at: clock.now() });
  }
}
