import { CHAIN_START, type ChainEnd, type Seal } from '../../../domain/audit/audit-chain.ts';
import type { AuditEntry, AuditEntryId } from '../../../domain/audit/audit-entry.ts';
import type { AuditLog } from '../../../ports/audit-log.ts';
import type { AuditQueries, AuditRecord } from '../../../ports/audit-queries.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryAuditLog extends MemoryRepository implements AuditLog, AuditQueries {
  async append(entry: AuditEntry): Promise<void> {
    this.tables.auditEntries.set(entry.id, { entry, seal: undefined });
  }

  async lockHead(): Promise<ChainEnd> {
    return this.#endNamed('head');
  }

  async listUnsealed({ limit }: { limit: number }): Promise<readonly AuditEntry[]> {
    return this.#unsealed().slice(0, limit);
  }

  async seal(seals: ReadonlyMap<AuditEntryId, Seal>, head: ChainEnd): Promise<void> {
    for (const [id, seal] of seals) {
      const record = this.tables.auditEntries.get(id);
      if (record !== undefined) this.tables.auditEntries.set(id, { ...record, seal });
    }
    this.tables.auditChain.set('head', head);
  }

  async readChain(): ReturnType<AuditQueries['readChain']> {
    return { anchor: this.#endNamed('anchor'), head: this.#endNamed('head'), unsealed: this.#unsealed().length };
  }

  #endNamed(name: 'head' | 'anchor'): ChainEnd {
    return this.tables.auditChain.get(name) ?? CHAIN_START;
  }

  #unsealed(): readonly AuditEntry[] {
    return this.#records().flatMap(({ entry, seal }) => (seal === undefined ? [entry] : []));
  }

  /** In the order of their ids. */
  #records(): readonly AuditRecord[] {
    return [...this.tables.auditEntries.values()].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
  }
}
