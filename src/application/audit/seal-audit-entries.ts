import { type Seal, sealAfter } from '../../domain/audit/audit-chain.ts';
import type { AuditEntryId } from '../../domain/audit/audit-entry.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Entries in one unit of work. On SQLite no other can run meanwhile, and this many take some 5 ms. */
const BATCH_SIZE = 128;

/** Gives the audit entries that were written since the last run their places in the chain. */
export class SealAuditEntries extends UseCase<Pick<Ports, 'auditQueries' | 'clock' | 'sha256' | 'unitOfWork'>> {
  /**
   * @param isStopped asked before each batch
   * @param onCounted called with the number of entries that wait, before the first batch and after the last
   */
  async execute(
    isStopped: () => boolean = () => false,
    onCounted: (unsealed: number) => void = () => {},
  ): Promise<void> {
    let { unsealed } = await this.deps.auditQueries.readChain();
    onCounted(unsealed);
    while (unsealed > 0 && !isStopped()) {
      const sealed = await this.#sealBatch();
      // Fewer than a batch: the rest was sealed by another instance.
      unsealed = sealed < BATCH_SIZE ? 0 : unsealed - sealed;
    }
    onCounted(unsealed);
  }

  #sealBatch(): Promise<number> {
    const { clock, sha256, unitOfWork } = this.deps;
    return unitOfWork.run(async ({ audit }) => {
      let head = await audit.lockHead();
      const entries = await audit.listUnsealed({ limit: BATCH_SIZE });
      const at = clock.now();
      const seals = new Map<AuditEntryId, Seal>();
      for (const entry of entries) {
        const seal = sealAfter(head, entry, sha256, at);
        seals.set(entry.id, seal);
        head = { seq: seal.seq, hash: seal.hash, at: entry.toSnapshot().at };
      }
      if (entries.length > 0) await audit.seal(seals, head);
      return entries.length;
    });
  }
}
