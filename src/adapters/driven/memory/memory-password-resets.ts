import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { PasswordReset } from '../../../domain/user/password-reset.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { PasswordResetRepository } from '../../../ports/password-reset-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryPasswordResets extends MemoryRepository implements PasswordResetRepository {
  async put(reset: PasswordReset): Promise<void> {
    const row = reset.toSnapshot();
    if (!this.tables.users.has(row.userId)) throw new BrokenInvariant('A password reset of an unknown user');
    this.tables.passwordResets.set(row.userId, row);
  }

  async find(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const row = [...this.tables.passwordResets.values()].find((candidate) => candidate.tokenHash === tokenHash);
    return row === undefined ? undefined : PasswordReset.fromSnapshot(row);
  }

  async take(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const reset = await this.find(tokenHash);
    if (reset !== undefined) this.tables.passwordResets.delete(reset.toSnapshot().userId);
    return reset;
  }

  async removeOf(userId: UserId): Promise<number> {
    return this.tables.passwordResets.delete(userId) ? 1 : 0;
  }
}
