import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { LoginChallenge } from '../../../domain/user/login-challenge.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { LoginChallengeRepository } from '../../../ports/login-challenge-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryLoginChallenges extends MemoryRepository implements LoginChallengeRepository {
  async put(challenge: LoginChallenge): Promise<void> {
    const row = challenge.toSnapshot();
    if (!this.tables.users.has(row.userId)) throw new BrokenInvariant('A login challenge of an unknown user');
    this.tables.loginChallenges.set(row.tokenHash, row);
  }

  async find(tokenHash: TokenHash): Promise<LoginChallenge | undefined> {
    const row = this.tables.loginChallenges.get(tokenHash);
    return row === undefined ? undefined : LoginChallenge.fromSnapshot(row);
  }

  async remove(tokenHash: TokenHash): Promise<void> {
    this.tables.loginChallenges.delete(tokenHash);
  }

  async removeAllOf(userId: UserId): Promise<void> {
    for (const row of [...this.tables.loginChallenges.values()]) {
      if (row.userId === userId) this.tables.loginChallenges.delete(row.tokenHash);
    }
  }
}
