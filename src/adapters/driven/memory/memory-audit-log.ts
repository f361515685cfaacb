import { CHAIN_START, type ChainEnd, DISORDER_MS, type Seal } from '../../../domain/audit/audit-chain.ts';
import type { AuditEntry, AuditEntryId } from '../../../domain/audit/audit-entry.ts';
import type { AuditFilter, AuditPeriod } from '../../../domain/audit/audit-filter.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import { Instant } from '../../../domain/shared/instant.ts';
import type { AuditLog } from '../../../ports/audit-log.ts';
import type { AuditQueries, StoredEntry, StoredSealedEntry } from '../../../ports/audit-queries.ts';
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

  async listTimes({ after, limit }: Parameters<AuditLog['listTimes']>[0]): ReturnType<AuditLog['listTimes']> {
    const times = this.#sealed().map(({ entry, seal: { seq } }) => ({ seq, at: timeOf(entry) }));
    return times.filter(({ seq }) => seq > after).slice(0, limit);
  }

  async moveAnchor(end: ChainEnd): Promise<boolean> {
    if (this.#endNamed('anchor').seq >= end.seq) return false;
    this.tables.auditChain.set('anchor', end);
    return true;
  }

  async removeUntilAnchor({ limit }: { limit: number }): Promise<number> {
    const { seq: anchor } = this.#endNamed('anchor');
    const removed = this.#sealed().filter(({ seal: { seq } }) => seq <= anchor);
    for (const { entry } of removed.slice(0, limit)) this.tables.auditEntries.delete(entry.id);
    return Math.min(removed.length, limit);
  }

  async eraseClients({ before, now }: { before: Instant; now: Instant }): Promise<undefined> {
    const latest = Instant.plusMs(now, DISORDER_MS);
    const kept = this.#sealed().find(({ entry }) => timeOf(entry) >= before && timeOf(entry) < latest);
    const end = kept?.seal.seq ?? Number.MAX_SAFE_INTEGER;
    for (const { entry, seal } of this.#records()) {
      if (timeOf(entry) < before || (timeOf(entry) >= latest && seal !== undefined && seal.seq < end)) {
        this.tables.auditEntries.set(entry.id, { entry: entry.withoutClient(), seal });
      }
    }
  }

  async get(id: AuditEntryId): Promise<StoredEntry> {
    const record = this.tables.auditEntries.get(id);
    if (record === undefined) throw new DomainError('audit.not-found', 'There is no such entry in the audit log.');
    return record;
  }

  async list({ filter, before, limit }: Parameters<AuditQueries['list']>[0]): Promise<readonly StoredEntry[]> {
    const found = this.#records().filter(({ entry }) => isIn(filter, entry) && entry.id < (before ?? 'g'));
    return found.reverse().slice(0, limit);
  }

  async findRange({ from, to }: AuditPeriod): ReturnType<AuditQueries['findRange']> {
    const sealed = this.#sealed().map(({ entry, seal }) => ({ at: timeOf(entry), seq: seal.seq }));
    return {
      first: sealed.find(({ at }) => from === undefined || at >= from)?.seq,
      last: sealed.findLast(({ at }) => to === undefined || at < to)?.seq,
    };
  }

  async listSealed(
    query: Readonly<{ after: number; last: number; limit: number }>,
  ): Promise<readonly StoredSealedEntry[]> {
    const { after, last, limit } = query;
    const page = this.#sealed().filter(({ seal: { seq } }) => seq > after && seq <= last);
    return page.slice(0, limit).map(({ entry, seal }) => {
      const { ip, userAgent } = entry.toSnapshot();
      return { text: entry.text, seal, ip, userAgent, columnsMatch: () => true };
    });
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

  /** In the order of their numbers. */
  #sealed() {
    const sealed = this.#records().flatMap(({ entry, seal }) => (seal === undefined ? [] : [{ entry, seal }]));
    return sealed.sort((a, b) => a.seal.seq - b.seal.seq);
  }

  /** In the order of their ids. */
  #records(): StoredEntry[] {
    return [...this.tables.auditEntries.values()].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
  }
}

const timeOf = (entry: AuditEntry): Instant => entry.toSnapshot().at;

const isIn = (filter: AuditFilter, entry: AuditEntry): boolean => {
  const { at, actor, action, subject, requestId } = entry.toSnapshot();
  const { from = '', to = '~', actions } = filter;
  const isEqual = (wanted: string | undefined, actual: string | undefined) => wanted === undefined || wanted === actual;
  return (
    at >= from &&
    at < to &&
    (actions === undefined || actions.includes(action)) &&
    isEqual(filter.actor, actor.id) &&
    isEqual(filter.actorKind, actor.kind) &&
    isEqual(filter.subject, subject.id) &&
    isEqual(filter.subjectKind, subject.kind) &&
    isEqual(filter.requestId, requestId)
  );
};
