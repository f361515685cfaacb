import type { ChainEnd, Seal } from '../domain/audit/audit-chain.ts';
import type { AuditEntry, AuditEntryId } from '../domain/audit/audit-entry.ts';

/**
 * The audit log within a unit of work. Every adapter passes test/contracts/audit-log.contract.ts.
 *
 * Entries are written without their place in the chain, so that no writer waits for another.
 */
export interface AuditLog {
  /** One insert. Nothing is read. */
  append(entry: AuditEntry): Promise<void>;

  /** The last sealed entry. Locks the chain until the end of the unit of work. */
  lockHead(): Promise<ChainEnd>;

  /** The entries that have no place in the chain yet, in the order of their ids, at most `limit`. */
  listUnsealed(query: { limit: number }): Promise<readonly AuditEntry[]>;

  /** Gives unsealed entries their places after the locked head, and moves it to the last of them. */
  seal(seals: ReadonlyMap<AuditEntryId, Seal>, head: ChainEnd): Promise<void>;
}
