import type { Caller } from '../../domain/access/caller.ts';
import type { ChainPoint } from '../../domain/audit/audit-chain.ts';
import { type AuditFileLine, parseAuditLine } from '../../domain/audit/audit-file.ts';
import { type ChainResult, ChainVerifier } from '../../domain/audit/chain-verifier.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

const PAGE_SIZE = 1_000;

/** Verifies the chain of the audit log: of the store, or of an exported file. */
export class VerifyAuditLog extends UseCase<Pick<Ports, 'auditQueries' | 'sha256'>> {
  /**
   * @param query.contains an entry that the log must contain, as it was noted elsewhere
   * @throws {DomainError} access.unauthenticated | access.forbidden
   */
  async ofStore(query: Readonly<{ caller: Caller; contains?: ChainPoint | undefined }>): Promise<ChainResult> {
    query.caller.require('audit:read');
    for (;;) {
      const result = await this.#verifyStore(query.contains);
      const { broken } = result;
      // Entries may be removed at the end of their time while they are read.
      const isPurged = broken !== undefined && (await this.#anchor()).seq > Math.max(result.anchor.seq, broken.seq - 1);
      if (!isPurged) return result;
    }
  }

  /** @param query.lines of an exported file */
  async ofFile(
    query: Readonly<{ lines: AsyncIterable<string>; contains?: ChainPoint | undefined }>,
  ): Promise<ChainResult> {
    const points = query.contains === undefined ? [] : [query.contains];
    let verifier: ChainVerifier | undefined;
    let head: ChainPoint | undefined;
    for await (const text of query.lines) {
      const line = parseAuditLine(text);
      if (verifier === undefined) verifier = this.#begin(line, points);
      else if (head !== undefined) verifier.breakAt(head.seq + 1, 'lines follow the last one');
      else if (line?.kind === 'head') head = line.end;
      else if (line?.kind === 'entry') verifier.add(line);
      else verifier.breakAt(verifier.end.seq + 1, 'the line is no entry');
      if (verifier.isBroken) break;
    }
    verifier ??= this.#begin(undefined, points);
    const { seq, hash } = verifier.end;
    if (head === undefined) verifier.breakAt(seq + 1, 'the file ends before its last line');
    else if (head.seq !== seq || head.hash !== hash) {
      verifier.breakAt(Math.min(head.seq, seq) + 1, 'the last line is about another entry');
    }
    return verifier.finish();
  }

  #begin(line: AuditFileLine, points: readonly ChainPoint[]): ChainVerifier {
    if (line?.kind === 'anchor') return new ChainVerifier(line.end, points, this.deps.sha256);
    const verifier = new ChainVerifier({ seq: 0, hash: '' }, points, this.deps.sha256);
    verifier.breakAt(1, 'the file does not begin with its anchor');
    return verifier;
  }

  async #anchor(): Promise<ChainPoint> {
    return (await this.deps.auditQueries.readChain()).anchor;
  }

  async #verifyStore(contains: ChainPoint | undefined): Promise<ChainResult> {
    const { auditQueries, sha256 } = this.deps;
    const { anchor, head } = await auditQueries.readChain();
    const verifier = new ChainVerifier(anchor, contains === undefined ? [head] : [head, contains], sha256);
    for (let last: number | undefined; last !== verifier.end.seq && !verifier.isBroken; ) {
      last = verifier.end.seq;
      // To the end, whatever the head says: it may have moved, and it may have been changed.
      for (const entry of await auditQueries.listSealed({ after: last, last: MAX_SEQ, limit: PAGE_SIZE })) {
        if (!entry.columnsMatch()) verifier.breakAt(verifier.end.seq + 1, 'a column of the entry was changed');
        verifier.add(entry);
      }
    }
    return verifier.finish();
  }
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
