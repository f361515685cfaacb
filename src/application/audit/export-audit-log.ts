import type { Caller } from '../../domain/access/caller.ts';
import type { ChainPoint } from '../../domain/audit/audit-chain.ts';
import { anchorLine, entryLine, headLine } from '../../domain/audit/audit-file.ts';
import { type AuditPeriod, parseAuditPeriod, type RawAuditPeriod } from '../../domain/audit/audit-filter.ts';
import { PortError } from '../../ports/port-error.ts';
import type { Ports } from '../../ports/ports.ts';
import { recordAudit } from '../audit.ts';
import type { Client } from '../client.ts';
import { UseCase } from '../use-case.ts';

const PAGE_SIZE = 1_000;

type Range = Readonly<{ anchor: ChainPoint; head: ChainPoint }>;

/** Exports the sealed entries from the first to the last of a period, without gaps, so that the file can be verified. */
export class ExportAuditLog extends UseCase<Pick<Ports, 'auditQueries' | 'clock' | 'idGenerator' | 'unitOfWork'>> {
  /**
   * @returns the file, page by page. It ends with an error where entries are removed while they are read
   * @throws {DomainError} request.invalid | access.unauthenticated | access.forbidden | access.step-up-required
   */
  async execute({
    caller,
    client,
    ...raw
  }: RawAuditPeriod & Readonly<{ caller: Caller; client: Client }>): Promise<AsyncIterable<string>> {
    const period = parseAuditPeriod(raw);
    const at = this.deps.clock.now();
    caller.require('audit:read');
    caller.require('exports:read');
    caller.requireStepUp(at);
    const range = await this.#rangeOf(period);
    await this.deps.unitOfWork.run((stores) =>
      recordAudit(this.deps, stores, {
        caller,
        client,
        action: 'audit.exported',
        subject: { kind: 'store' },
        changes: Object.entries(raw).flatMap(([field, after]) => (after === undefined ? [] : [{ field, after }])),
        at,
      }),
    );
    return this.#pages(range);
  }

  /** The entries before the first one and at the last one of the period. */
  async #rangeOf(period: AuditPeriod): Promise<Range> {
    const { auditQueries } = this.deps;
    const found = await auditQueries.findRange(period);
    // After it, so that what it has found is not behind the head: meanwhile entries are sealed.
    const { anchor, head } = await auditQueries.readChain();
    const { first = head.seq + 1, last = anchor.seq } = found;
    const before =
      period.from === undefined ? anchor : await this.#pointAt(Math.max(first - 1, anchor.seq), anchor, head);
    const end = period.to === undefined ? head : await this.#pointAt(Math.max(last, before.seq), anchor, head);
    return { anchor: before, head: end };
  }

  async #pointAt(seq: number, ...ends: readonly ChainPoint[]): Promise<ChainPoint> {
    const end = ends.find((known) => known.seq === seq);
    if (end !== undefined) return end;
    const [entry] = await this.deps.auditQueries.listSealed({ after: seq - 1, last: seq, limit: 1 });
    if (entry === undefined) throw removedMeanwhile();
    return entry.seal;
  }

  async *#pages({ anchor, head }: Range): AsyncGenerator<string> {
    const { auditQueries } = this.deps;
    yield anchorLine(anchor);
    for (let after = anchor.seq; after < head.seq; ) {
      const page = await auditQueries.listSealed({ after, last: head.seq, limit: PAGE_SIZE });
      if (page[0]?.seal.seq !== after + 1 && (await auditQueries.readChain()).anchor.seq > after)
        throw removedMeanwhile();
      yield page.map(({ text, seal, ...client }) => entryLine(text, seal, client)).join('');
      // Entries that others have removed are missing in the file, and its verification reports them.
      after = page.at(-1)?.seal.seq ?? head.seq;
    }
    yield headLine(head);
  }
}

const removedMeanwhile = (): PortError =>
  new PortError('store.unavailable', 'Entries of the audit log were removed while it was exported. Try again.');
