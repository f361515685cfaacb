import { BrokenInvariant } from '../../../domain/shared/invariant.ts';
import { Confirmation, type ConfirmationPurpose } from '../../../domain/user/confirmation.ts';
import type { TokenHash } from '../../../domain/user/token-hash.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { ConfirmationRepository } from '../../../ports/confirmation-repository.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryConfirmations extends MemoryRepository implements ConfirmationRepository {
  async add(confirmation: Confirmation): Promise<void> {
    const row = confirmation.toSnapshot();
    const isOrphan = row.userId !== null && !this.tables.users.has(row.userId);
    if (isOrphan) throw new BrokenInvariant('A confirmation of an unknown user');
    if (this.tables.confirmations.has(row.tokenHash)) throw new BrokenInvariant('A token hash that exists');
    this.tables.confirmations.set(row.tokenHash, row);
  }

  async find(tokenHash: TokenHash): Promise<Confirmation | undefined> {
    const row = this.tables.confirmations.get(tokenHash);
    return row === undefined ? undefined : Confirmation.fromSnapshot(row);
  }

  async take(tokenHash: TokenHash): Promise<Confirmation | undefined> {
    const confirmation = await this.find(tokenHash);
    this.tables.confirmations.delete(tokenHash);
    return confirmation;
  }

  async listOf(userId: UserId, purpose: ConfirmationPurpose): Promise<readonly Confirmation[]> {
    return this.#rowsOf(userId, purpose).map((row) => Confirmation.fromSnapshot(row));
  }

  async removeAllOf(userId: UserId, purpose?: ConfirmationPurpose): Promise<number> {
    const removed = this.#rowsOf(userId, purpose);
    for (const { tokenHash } of removed) this.tables.confirmations.delete(tokenHash);
    return removed.length;
  }

  #rowsOf(userId: UserId, purpose?: ConfirmationPurpose) {
    return [...this.tables.confirmations.values()].filter(
      (row) => row.userId === userId && (purpose === undefined ? row.purpose !== 'cancelled' : row.purpose === purpose),
    );
  }
}
