import type { ChainEnd, Seal } from '../domain/audit/audit-chain.ts';
import type { AuditEntry, AuditEntryId } from '../domain/audit/audit-entry.ts';
import type { AuditFilter, AuditPeriod } from '../domain/audit/audit-filter.ts';

/** @property seal `undefined`: the entry was written a moment ago and has no place in the chain yet */
export type StoredEntry = Readonly<{ entry: AuditEntry; seal: Seal | undefined }>;

/**
 * An entry of the chain as stored, which may have been changed by others.
 * @property text what was hashed, if nothing was changed
 */
export type StoredSealedEntry = Readonly<{
  text: string;
  seal: Seal;
  ip: string | undefined;
  userAgent: string | undefined;
  /** Whether the columns by which it is found agree with the text. */
  columnsMatch(): boolean;
}>;

/** Reads the audit log outside a unit of work. */
export interface AuditQueries {
  /** @throws {DomainError} audit.not-found */
  get(id: AuditEntryId): Promise<StoredEntry>;

  /** At most `limit` entries, the greatest id first, with ids less than `before`. */
  list(
    query: Readonly<{ filter: AuditFilter; before?: AuditEntryId | undefined; limit: number }>,
  ): Promise<readonly StoredEntry[]>;

  /** Both ends of the chain, and the number of entries that have no place in it yet. */
  readChain(): Promise<Readonly<{ anchor: ChainEnd; head: ChainEnd; unsealed: number }>>;

  /**
   * The first number with a time at or after `from`, and the last with a time before `to`. `undefined`: there is none.
   * Numbers and times have nearly the same order: two entries that are an hour apart have it.
   */
  findRange(period: AuditPeriod): Promise<Readonly<{ first: number | undefined; last: number | undefined }>>;

  /** At most `limit` sealed entries in the order of their numbers, after `after` and up to `last`. */
  listSealed(query: Readonly<{ after: number; last: number; limit: number }>): Promise<readonly StoredSealedEntry[]>;
}
