import type { AuditEntry } from '../domain/audit/audit-entry.ts';

/**
 * The audit log within a unit of work. Every adapter passes test/contracts/audit-log.contract.ts.
 *
 * Entries are written without their place in the chain, so that no writer waits for another.
 */
export interface AuditLog {
  /** One insert. Nothing is read. */
  append(entry: AuditEntry): Promise<void>;

  /** The entries that have no place in the chain yet, in the order of their ids, at most `limit`. */
  listUnsealed(query: { limit: number }): Promise<readonly AuditEntry[]>;
}
