export type Copied = Readonly<{ kind: string; count: number }>;

/** Copies all data of one store into another, which may be a different database. */
export interface StoreCopy {
  /**
   * Copies a snapshot, all or nothing, and compares the counts of both sides before it commits.
   * @returns all kinds, also those without rows
   * @throws {PortError} store-copy.refused: the target is not empty, or a store is not of this version
   * @throws {PortError} store-copy.incomplete: the counts differ; nothing was committed
   */
  copy(): Promise<readonly Copied[]>;
}
