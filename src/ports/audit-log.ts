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

  /** The times of at most `limit` sealed entries after the number `after`, in the order of their numbers. */
  listTimes(
    query: Readonly<{ after: number; limit: number }>,
  ): Promise<readonly Readonly<{ seq: number; at: Instant }>[]>;

  /**
   * Moves the anchor forward, to an entry that is about to be removed with all before it.
   * @returns whether it was before that entry
   */
  moveAnchor(end: ChainEnd): Promise<boolean>;

  /** Removes the first entries up to the anchor, at most `limit`. @returns how many */
  removeUntilAnchor(query: { limit: number }): Promise<number>;

  /**
   * Erases the addresses and user agents of entries before `before`, in the order of their numbers. An entry of an hour or
   * more after `now` is as old as its neighbours: the clock that wrote it was wrong.
   * @param query.after the number to go on after; `undefined`: where the last run ended, and entries without a number too
   * @param query.limit how many sealed entries to look at
   * @returns the number to go on after; `undefined`: there are no more
   */
  eraseClients(
    query: Readonly<{ before: Instant; now: Instant; after?: number | undefined; limit: number }>,
  ): Promise<number | undefined>;
}
