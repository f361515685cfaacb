import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** UUIDv7: a history by id is a history by time. */
export type PairCheckId = Brand<string, 'PairCheckId'>;

export const PairCheckId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): PairCheckId {
    return parseUuid('pair check id', raw) as PairCheckId;
  },
};
