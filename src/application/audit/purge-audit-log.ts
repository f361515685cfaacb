import { Caller } from '../../domain/access/caller.ts';
import type { ChainEnd } from '../../domain/audit/audit-chain.ts';
import { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import { UseCase } from '../use-case.ts';

/** Entries that one unit of work reads. */
const BATCH_SIZE = 1_000;

/** Entries that one unit of work removes: on SQLite it stops the event loop, for 1,000 of them up to 52 ms. */
const MAX_REMOVED_AT_ONCE = 200;

const WORKER = Caller.system('worker');

type Deps = Pick<Ports, 'auditQueries' | 'clock' | 'idGenerator' | 'unitOfWork'> &
  Readonly<{
    /** 0: entries stay for ever. */
    auditRetentionMs: number;
    auditIpRetentionMs: number;
  }>;

/** Removes the entries of the audit log whose time is over, and erases addresses. The chain goes on from its anchor. */
export class PurgeAuditLog extends UseCase<Deps> {
  /** @param isStopped asked before each batch */
  async execute(isStopped: () => boolean = () => false): Promise<void> {
    const now = this.deps.clock.now();
    await this.#eraseClients(now, isStopped);
    const last = await this.#lastExpired(now, isStopped);
    if (last !== undefined) await this.#moveAnchor(last);
    while (!isStopped() && (await this.#removeBatch()) === MAX_REMOVED_AT_ONCE);
  }

  async #eraseClients(now: Instant, isStopped: () => boolean): Promise<void> {
    const before = Instant.plusMs(now, -this.deps.auditIpRetentionMs);
    for (let after: number | undefined, isDone = false; !isDone && !isStopped(); isDone = after === undefined) {
      after = await this.deps.unitOfWork.run(({ audit }) =>
        audit.eraseClients({ before, now, after, limit: BATCH_SIZE }),
      );
    }
  }

  /** The last entry of the last day that is over for as long as entries are kept. */
  async #lastExpired(now: Instant, isStopped: () => boolean): Promise<ChainEnd | undefined> {
    const { auditQueries, auditRetentionMs } = this.deps;
    if (auditRetentionMs === 0) return undefined;
    const { anchor } = await auditQueries.readChain();
    const from = Instant.startOfDay(Instant.plusMs(now, -auditRetentionMs));
    const last = await this.#lastBefore(from, anchor.seq, isStopped);
    if (last === undefined || last <= anchor.seq) return undefined;
    const [entry] = await auditQueries.listSealed({ after: last - 1, last, limit: 1 });
    return entry === undefined ? undefined : { seq: last, hash: entry.seal.hash, at: undefined };
  }

  /**
   * The last number before the first entry of `from` or later. In the order of numbers: a search by time would trust every
   * clock that has written, and removed entries stay removed.
   * @returns `undefined` where it was stopped
   */
  async #lastBefore(from: Instant, after: number, isStopped: () => boolean): Promise<number | undefined> {
    for (let last = after; !isStopped(); ) {
      // Between two units of work a store that reads on the event loop lets requests be answered.
      const times = await this.deps.unitOfWork.run(({ audit }) => audit.listTimes({ after: last, limit: BATCH_SIZE }));
      const first = times.find(({ at }) => at >= from);
      if (first !== undefined) return first.seq - 1;
      last = times.at(-1)?.seq ?? last;
      if (times.length < BATCH_SIZE) return last;
    }
    return undefined;
  }

  /** The entries count as removed from now on; one entry says so. */
  #moveAnchor(anchor: ChainEnd): Promise<void> {
    return this.deps.unitOfWork.run(async (stores) => {
      if (!(await stores.audit.moveAnchor(anchor))) return;
      const changes = [
        { field: 'seq', after: anchor.seq },
        { field: 'hash', after: anchor.hash },
      ];
      await recordAudit(this.deps, stores, {
        caller: WORKER,
        client: undefined,
        action: 'audit.purged',
        subject: { kind: 'store' },
        changes,
        at: this.deps.clock.now(),
      });
    });
  }

  #removeBatch(): Promise<number> {
    return this.deps.unitOfWork.run(({ audit }) => audit.removeUntilAnchor({ limit: MAX_REMOVED_AT_ONCE }));
  }
}
