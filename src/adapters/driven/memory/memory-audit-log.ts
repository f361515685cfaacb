import type { AuditEntry } from '../../../domain/audit/audit-entry.ts';
import type { AuditLog } from '../../../ports/audit-log.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryAuditLog extends MemoryRepository implements AuditLog {
  async append(entry: AuditEntry): Promise<void> {
    this.tables.auditEntries.set(entry.id, entry);
  }

  async listUnsealed({ limit }: { limit: number }): Promise<readonly AuditEntry[]> {
    const entries = [...this.tables.auditEntries.values()];
    return entries.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }
}
