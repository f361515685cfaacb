import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { SecondFactor } from '../../../domain/user/second-factor.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { SecondFactorRepository } from '../../../ports/second-factor-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemorySecondFactors extends MemoryRepository implements SecondFactorRepository {
  async find(userId: UserId): Promise<SecondFactor | undefined> {
    const row = this.tables.secondFactors.get(userId);
    return row === undefined ? undefined : SecondFactor.fromSnapshot(row);
  }

  async put(factor: SecondFactor): Promise<void> {
    this.#mark(factor.userId, factor.isConfirmed);
    this.tables.secondFactors.set(factor.userId, factor.toSnapshot());
  }

  async remove(userId: UserId): Promise<void> {
    this.tables.secondFactors.delete(userId);
    this.tables.recoveryCodes.delete(userId);
    this.#mark(userId, false);
  }

  async replaceRecoveryCodes(userId: UserId, hashes: readonly TokenHash[]): Promise<void> {
    this.tables.recoveryCodes.set(userId, new Set(hashes));
  }

  async takeRecoveryCode(userId: UserId, hash: TokenHash): Promise<boolean> {
    const codes = new Set(this.tables.recoveryCodes.get(userId));
    const isThere = codes.delete(hash);
    if (isThere) this.tables.recoveryCodes.set(userId, codes);
    return isThere;
  }

  async countRecoveryCodes(userId: UserId): Promise<number> {
    return this.tables.recoveryCodes.get(userId)?.size ?? 0;
  }

  #mark(userId: UserId, hasSecondFactor: boolean): void {
    const user = this.tables.users.get(userId);
    if (user === undefined) throw new BrokenInvariant('A second factor of an unknown user');
    this.tables.users.set(userId, { ...user, hasSecondFactor });
  }
}
