import { UUID } from '../../../../domain/shared/uuid.ts';
import { RequestError } from '../errors/request-error.ts';

/** Where a page ended, in a form that invites nobody to build one by hand. */
export const Cursor = {
  encode(id: string): string {
    return Buffer.from(id, 'utf8').toString('base64url');
  },

  /** @throws {RequestError} request.invalid */
  decode(cursor: string): string {
    const id = Buffer.from(cursor, 'base64url').toString('utf8');
    if (!UUID.test(id) || Cursor.encode(id) !== cursor) {
      throw new RequestError('request.invalid', 'cursor is not one of ours; follow the Link header.');
    }
    return id;
  },
};
