import type { DeveloperPair } from '../../../domain/developer-pair/developer-pair.ts';
import { PairCheck } from '../../../domain/developer-pair/pair-check.ts';
import type { PairCheckId } from '../../../domain/developer-pair/pair-check-id.ts';
import type { PairHistory } from '../../../ports/pair-history.ts';
import { MemoryRepository } from './memory-repository.ts';

export class MemoryPairHistory extends MemoryRepository implements PairHistory {
  async add(check: PairCheck): Promise<void> {
    const row = check.toSnapshot();
    this.tables.pairChecks.set(row.id, row);
  }

  async list(query: { pair: DeveloperPair; after?: PairCheckId; limit: number }): Promise<readonly PairCheck[]> {
    const { pair, after = '', limit } = query;
    return [...this.tables.pairChecks.values()]
      .filter(({ id, first, second }) => first === pair.first && second === pair.second && id > after)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit)
      .map((row) => PairCheck.fromSnapshot(row));
  }

  async listLatest({ pair, before, limit }: Parameters<PairHistory['listLatest']>[0]): Promise<readonly PairCheck[]> {
    return [...this.tables.pairChecks.values()]
      .filter(({ first, second }) => pair === undefined || (first === pair.first && second === pair.second))
      .filter(({ id }) => before === undefined || id < before)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit)
      .map((row) => PairCheck.fromSnapshot(row));
  }
}
