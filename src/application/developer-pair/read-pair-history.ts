import { type Connection, DeveloperPair } from '../../domain/developer-pair/developer-pair.ts';
import type { PairCheckSnapshot } from '../../domain/developer-pair/pair-check.ts';
import { PairCheckId } from '../../domain/developer-pair/pair-check-id.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Ports } from '../../ports/ports.ts';
import { type Page, pageOf } from '../page.ts';
import { UseCase } from '../use-case.ts';

export type PairCheckView = Readonly<{ at: Instant; connection: Connection }>;

/** The stored checks of a pair, oldest first. Sends no request to a network. */
export class ReadPairHistory extends UseCase<Pick<Ports, 'pairHistory'>> {
  /**
   * @param query.limit 1 to 100
   * @throws {DomainError} handle.malformed | pair.same-developer
   */
  async execute(
    query: Readonly<{ developers: readonly [string, string]; limit: number; after?: string | undefined }>,
  ): Promise<Page<PairCheckView, PairCheckId>> {
    const pair = DeveloperPair.parse(query.developers);
    const found = await this.deps.pairHistory.list({
      pair,
      limit: query.limit + 1,
      after: query.after === undefined ? undefined : PairCheckId.parse(query.after),
    });
    const checks = found.map((check) => check.toSnapshot());
    const { items, next } = pageOf(checks, query.limit, ({ id }) => id);
    return { items: items.map(({ at, connection }) => ({ at, connection })), next };
  }

  /**
   * The newest checks first: of a pair, or of all pairs.
   * @param query.before id of the last check of the page before
   * @throws {DomainError} handle.malformed | pair.same-developer
   */
  async latest(
    query: Readonly<{ developers?: readonly [string, string]; limit: number; before?: string | undefined }>,
  ): Promise<Page<PairCheckSnapshot, PairCheckId>> {
    const { developers, limit, before } = query;
    const found = await this.deps.pairHistory.listLatest({
      pair: developers && DeveloperPair.parse(developers),
      before: before === undefined ? undefined : PairCheckId.parse(before),
      limit: limit + 1,
    });
    return pageOf(
      found.map((check) => check.toSnapshot()),
      limit,
      ({ id }) => id,
    );
  }
}
