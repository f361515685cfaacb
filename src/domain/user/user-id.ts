import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** UUIDv7: ids made later sort later, so a list by id is a list by arrival. */
export type UserId = Brand<string, 'UserId'>;

export const UserId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): UserId {
    return parseUuid('user id', raw) as UserId;
  },
};
