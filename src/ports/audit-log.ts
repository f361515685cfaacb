import type { ChainEnd, Seal } from '../domain/audit/audit-chain.ts';
import type { AuditEntry, AuditEntryId } from '../domain/audit/audit-entry.ts';
import type { Instant } from '../domain/shared/instant.ts';

/**
 * The audit log within a unit of work. Every adapter passes test/contracts/audit-log.contract.ts.
 *
 * Entries are written without their place in the chain, so that no writer waits for another.
 */
export interface AuditLog {
  /**
   * One insert. Nothing is read.
   * @throws {PortError} store.unavailable
   */
  append(entry: AuditEntry): Promise<void>;

  /** The last sealed entry. Locks the chain until the end of the unit of work. */
  lockHead(): Promise<ChainEnd>;

  /** The entries that have no place in the chain yet, in the order of their ids, at most `limit`. */
  listUnsealed(query: { limit: number }): Promise<readonly AuditEntry[]>;

  /** Gives unsealed entries their places after the locked head, and moves it to the last of them. */
  seal(seals: ReadonlyMap<AuditEntryId, Seal>, head: ChainEnd): Promise<void>;

  /**
   * Moves the anchor forward, to an entry that is about to be removed with all before it.
   * @returns whether it was before that entry
   */
  moveAnchor(end: ChainEnd): Promise<boolean>;

  /** Removes the first entries up to the anchor, at most `limit`. @returns how many */
  removeUntilAnchor(query: { limit: number }): Promise<number>;

  /**
   * Erases the addresses and user agents of some entries before `before`, oldest first.
   * @param query.limit about how many entries to look at
   * @param query.now entries from the hour before it may still be written; they are looked at again the next time
   * @returns whether there are more to look at
   */
  eraseClients(query: { before: Instant; now: Instant; limit: number }): Promise<boolean>;
}
