import type { LicensePosition } from '../../../../../application/license/list-licenses.ts';
import { Instant } from '../../../../../domain/shared/instant.ts';
import { UUID } from '../../../../../domain/shared/uuid.ts';
import { RequestError } from '../../errors/request-error.ts';
import { Cursor } from '../../request/cursor.ts';

const POSITION = /^(\S+)(?: (\S+))?$/;
const FINGERPRINT = /^[!-~]{1,128}$/;

const decoded = (cursor: string, form: RegExp): RegExpExecArray => {
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  const match = form.exec(text);
  if (match !== null && Cursor.encode(text) === cursor) return match;
  throw notOurs();
};

const notOurs = () => new RequestError('request.invalid', 'cursor is not one of ours; follow the Link header.');

/** A list of licenses may be in the order of their ends, so a page ends at both: an id and an end. */
export const LicenseCursor = {
  encode({ id, expiresAt }: LicensePosition): string {
    return Cursor.encode(expiresAt === null ? id : `${id} ${expiresAt}`);
  },

  /** @throws {RequestError} request.invalid */
  decode(cursor: string): LicensePosition {
    const [, id = '', expiresAt = null] = decoded(cursor, POSITION);
    if (!UUID.test(id) || (expiresAt !== null && !Instant.isValid(expiresAt))) throw notOurs();
    return { id, expiresAt };
  },
};

export const ActivationCursor = {
  encode(fingerprint: string): string {
    return Cursor.encode(fingerprint);
  },

  /** @throws {RequestError} request.invalid */
  decode(cursor: string): string {
    return decoded(cursor, FINGERPRINT)[0];
  },
};
