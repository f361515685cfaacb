import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { PasswordReset } from '../../../domain/user/password-reset.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { PasswordResetRepository } from '../../../ports/password-reset-repository.ts';
import type { MemoryTables } from './memory-tables.ts';

export class MemoryPasswordResets implements PasswordResetRepository {
  readonly #rows: MemoryTables['passwordResets'];
  readonly #users: MemoryTables['users'];

  constructor({ passwordResets, users }: MemoryTables) {
    this.#rows = passwordResets;
    this.#users = users;
  }

  async put(reset: PasswordReset): Promise<void> {
    const row = reset.toSnapshot();
    if (!this.#users.has(row.userId)) throw new BrokenInvariant('A password reset of an unknown user');
    this.#rows.set(row.userId, row);
  }

  async find(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const row = [...this.#rows.values()].find((candidate) => candidate.tokenHash === tokenHash);
    return row === undefined ? undefined : PasswordReset.fromSnapshot(row);
  }

  async take(tokenHash: TokenHash): Promise<PasswordReset | undefined> {
    const reset = await this.find(tokenHash);
    if (reset !== undefined) this.#rows.delete(reset.toSnapshot().userId);
    return reset;
  }

  async removeOf(userId: UserId): Promise<void> {
    this.#rows.delete(userId);
  }
}
