/** How many of one kind came over. */
export type Copied = Readonly<{ kind: string; count: number }>;

/** Moves all that one store keeps into another, which may be a database of another make. */
export interface StoreCopy {
  /**
   * Copies all or nothing, as it was at one moment, and counts both sides before it keeps anything.
   * @returns every kind there is, also where there are none of it
   * @throws {PortError} store-copy.refused: the other store holds something, or the two are not of this version
   * @throws {PortError} store-copy.incomplete: less, or more, came over than was there; nothing was kept
   */
  copy(): Promise<readonly Copied[]>;
}
