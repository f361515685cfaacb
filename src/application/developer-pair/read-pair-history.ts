import { type Connection, DeveloperPair } from '../../domain/developer-pair/developer-pair.ts';
import { Handle } from '../../domain/developer-pair/handle.ts';
import { PairCheckId } from '../../domain/developer-pair/pair-check-id.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { PairHistory } from '../../ports/pair-history.ts';
import { UseCase } from '../use-case.ts';

export type PairCheckView = Readonly<{ at: Instant; connection: Connection }>;

export type PairHistoryPage = Readonly<{
  checks: readonly PairCheckView[];
  /** Position of the next page; `undefined` on the last page. */
  next: PairCheckId | undefined;
}>;

/** The stored checks of a pair, oldest first. Sends no request to a network. */
export class ReadPairHistory extends UseCase<{ pairHistory: Pick<PairHistory, 'list'> }> {
  /**
   * @param query.limit 1 to 100
   * @throws {DomainError} handle.malformed | pair.same-developer
   */
  async execute(
    query: Readonly<{ one: string; other: string; limit: number; after?: string | undefined }>,
  ): Promise<PairHistoryPage> {
    const pair = DeveloperPair.of(Handle.parse(query.one), Handle.parse(query.other));
    const found = await this.deps.pairHistory.list({
      pair,
      limit: query.limit + 1,
      after: query.after === undefined ? undefined : PairCheckId.parse(query.after),
    });
    const page = found.slice(0, query.limit).map((check) => check.toSnapshot());
    return {
      checks: page.map(({ at, connection }) => ({ at, connection })),
      next: found.length > query.limit ? page.at(-1)?.id : undefined,
    };
  }
}
