import type { Brand } from '../shared/brand.ts';
import { idParser } from '../shared/uuid.ts';

/** UUIDv7: sorted by id, a history is sorted by time. */
export type PairCheckId = Brand<string, 'PairCheckId'>;

export const PairCheckId = idParser<PairCheckId>('pair check id');
