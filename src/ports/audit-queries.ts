import type { ChainEnd, Seal } from '../domain/audit/audit-chain.ts';
import type { AuditEntry } from '../domain/audit/audit-entry.ts';

/** @property seal `undefined`: the entry was written a moment ago and has no place in the chain yet */
export type AuditRecord = Readonly<{ entry: AuditEntry; seal: Seal | undefined }>;

/** Reads the audit log outside a unit of work. */
export interface AuditQueries {
  /** Both ends of the chain, and the number of entries that have no place in it yet. */
  readChain(): Promise<Readonly<{ anchor: ChainEnd; head: ChainEnd; unsealed: number }>>;
}
