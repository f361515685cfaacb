import type { Brand } from '../shared/brand.ts';
import { idParser } from '../shared/uuid.ts';

/** UUIDv7: sorted by id, users are sorted by the time of creation. */
export type UserId = Brand<string, 'UserId'>;

export const UserId = idParser<UserId>('user id');
