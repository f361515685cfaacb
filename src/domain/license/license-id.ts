import type { Brand } from '../shared/brand.ts';
import { idParser } from '../shared/uuid.ts';

/** UUIDv7: sorted by id, licenses are sorted by the time of issue. Not a credential: it grants no access. */
export type LicenseId = Brand<string, 'LicenseId'>;

export const LicenseId = idParser<LicenseId>('license id');
