import type { StoreBackup } from '../../ports/store-backup.ts';

/** Copies the store into a new file. */
export class BackUpStore {
  readonly #deps: { storeBackup: StoreBackup };

  constructor(deps: { storeBackup: StoreBackup }) {
    this.#deps = deps;
  }

  /** @throws {PortError} store-backup.* */
  execute(file: string): Promise<void> {
    return this.#deps.storeBackup.backUp(file);
  }
}
