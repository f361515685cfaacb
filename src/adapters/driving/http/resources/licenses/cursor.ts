import type { LicensePosition } from '../../../../../application/license/list-licenses.ts';
import { Fingerprint } from '../../../../../domain/license/fingerprint.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { UUID } from '../../../../../domain/shared/uuid.ts';
import { Cursor } from '../pagination.ts';

/** A list of licenses may be in the order of their ends, so a position is an id and an end. */
export const licenseCursor = new Cursor<LicensePosition>(
  ({ id, expiresAt }) => (expiresAt === null ? id : `${id} ${expiresAt}`),
  (text) => {
    const [id = '', expiresAt = null, ...surplus] = text.split(' ');
    const isValid = UUID.test(id) && (expiresAt === null || Instant.isValid(expiresAt)) && surplus.length === 0;
    return isValid ? { id, expiresAt } : undefined;
  },
);

export const activationCursor = new Cursor<string>((fingerprint) => fingerprint, Fingerprint.tryParse);
