import type { Brand } from '../shared/brand.ts';
import { parseUuid } from '../shared/uuid.ts';

/** UUIDv7: ids made later sort later, so a list by id is a list by issue. Not the key: knowing it opens nothing. */
export type LicenseId = Brand<string, 'LicenseId'>;

export const LicenseId = {
  /** @throws {DomainError} id.malformed */
  parse(raw: string): LicenseId {
    return parseUuid('license id', raw) as LicenseId;
  },
};
