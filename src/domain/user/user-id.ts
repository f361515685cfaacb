import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** UUIDv7: sorted by id, users are sorted by the time of creation. */
export type UserId = Brand<string, 'UserId'>;

export const UserId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): UserId {
    return parseUuid('user id', raw) as UserId;
  },
};
