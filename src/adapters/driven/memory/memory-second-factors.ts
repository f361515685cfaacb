import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import type { SecondFactor } from '../../../domain/user/second-factor.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { SecondFactorRepository } from '../../../ports/second-factor-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemorySecondFactors extends MemoryRepository implements SecondFactorRepository {
  async find(userId: UserId): Promise<SecondFactor | undefined> {
    return this.tables.secondFactors.get(userId);
  }

  async put(factor: SecondFactor): Promise<void> {
    if (!this.tables.users.has(factor.userId)) throw new BrokenInvariant('A second factor of an unknown user');
    this.tables.secondFactors.set(factor.userId, { ...factor });
  }
}
