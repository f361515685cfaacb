import type { SealedColumn, SealedPlace } from './sealer.ts';

/** The sealed values of the store, by the keys that sealed them. Every adapter passes test/contracts/sealed-values.contract.ts. */
export interface SealedValues {
  /** @returns the key id recorded last; `undefined`: none yet */
  recordedKeyId(): Promise<string | undefined>;

  recordKeyId(keyId: string): Promise<void>;

  /** Counts the values that none of these keys has sealed. */
  countOthers(keyIds: readonly string[]): Promise<number>;

  /** The values of a column that this key has sealed, by row id, locked against other writers. */
  list(
    query: Readonly<{ column: SealedColumn; keyId: string; afterRowId?: string | undefined; limit: number }>,
  ): Promise<readonly Readonly<{ rowId: string; sealed: string }>[]>;

  replace(place: SealedPlace, sealed: string): Promise<void>;
}
