import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** UUIDv7: sorted by id, a history is sorted by time. */
export type PairCheckId = Brand<string, 'PairCheckId'>;

export const PairCheckId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): PairCheckId {
    return parseUuid('pair check id', raw) as PairCheckId;
  },
};
