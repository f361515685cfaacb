import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { SealedValues } from '../../../ports/sealed-values.ts';
import type { SealedPlace } from '../../../ports/sealer.ts';
import { MemoryRepository } from './memory-repository.ts';

const KEY_ID = 'sealing-key-id';

/** The seeds of second factors are the only sealed column. */
export class MemorySealedValues extends MemoryRepository implements SealedValues {
  async recordedKeyId(): Promise<string | undefined> {
    return this.tables.storeFacts.get(KEY_ID);
  }

  async recordKeyId(keyId: string): Promise<void> {
    this.tables.storeFacts.set(KEY_ID, keyId);
  }

  async countOthers(keyIds: readonly string[]): Promise<number> {
    return this.#values().filter(({ sealed }) => !keyIds.includes(sealed.slice(0, 8))).length;
  }

  async list({ keyId, afterRowId = '', limit }: Parameters<SealedValues['list']>[0]) {
    return this.#values()
      .filter(({ rowId, sealed }) => rowId > afterRowId && sealed.slice(0, 8) === keyId)
      .sort((a, b) => (a.rowId < b.rowId ? -1 : 1))
      .slice(0, limit);
  }

  async replace({ rowId }: SealedPlace, sealed: string): Promise<void> {
    const factor = this.tables.secondFactors.get(rowId as UserId);
    if (factor === undefined) throw new BrokenInvariant(`There is no sealed value of ${rowId}`);
    this.tables.secondFactors.set(factor.userId, { ...factor, sealedSeed: sealed });
  }

  #values() {
    return [...this.tables.secondFactors.values()].map((row) => ({ rowId: row.userId, sealed: row.sealedSeed }));
  }
}
