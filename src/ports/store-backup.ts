import type { Instant } from '../domain/shared/instant.ts';

export type RestoreOptions = Readonly<{
  /** The backup, which is not changed. */
  from: string;
  /** Moves an existing store aside. Without it an existing store is an error. */
  replaces: boolean;
  /** Part of the new name of the old store. */
  at: Instant;
}>;

/** Copies the store into a file, and puts such a file in its place. */
export interface StoreBackup {
  /**
   * Copies the store as it is at one moment, also while it is written to, and checks the copy.
   * @throws {PortError} store-backup.invalid-path | store-backup.not-found | store-backup.refused | store-backup.failed
   */
  backUp(file: string): Promise<void>;

  /**
   * Replaces the store by a backup.
   * @returns where the old store is kept, if there was one
   * @throws {PortError} store-backup.invalid-path | store-backup.not-found | store-backup.refused | store-backup.failed
   */
  restore(options: RestoreOptions): Promise<string | undefined>;
}
