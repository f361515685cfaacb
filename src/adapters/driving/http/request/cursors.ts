import type { LicensePosition } from '../../../../application/license/list-licenses.ts';
import { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { UUID } from '../../../../domain/shared/uuid.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { MachinePosition } from '../../../../ports/license-queries.ts';
import type { SearchPosition } from '../../../../ports/user-queries.ts';
import { RequestError } from '../errors/request-error.ts';

/** Converts the position at which a page ends into an opaque text and back. */
export class Cursor<Position> {
  readonly #write: (position: Position) => string;
  readonly #parse: (text: string) => Position | undefined;

  /** @param parse returns `undefined` for a text that `write` never makes */
  constructor(write: (position: Position) => string, parse: (text: string) => Position | undefined) {
    this.#write = write;
    this.#parse = parse;
  }

  encode(position: Position): string {
    return Buffer.from(this.#write(position)).toString('base64url');
  }

  /** @throws {RequestError} request.invalid */
  decode(cursor: string): Position {
    const position = this.#parse(Buffer.from(cursor, 'base64url').toString());
    if (position !== undefined && this.encode(position) === cursor) return position;
    throw new RequestError('request.invalid', 'cursor is not one of ours; follow the Link header.');
  }
}

/** A time that a list can end at. Postgres has no year 0. */
const isTime = (text: string): text is Instant => Instant.isValid(text) && text >= '0001';

/** For lists in the order of their ids. */
export const idCursor = new Cursor<string>(
  (id) => id,
  (text) => (UUID.test(text) ? text : undefined),
);

/** A list of licenses may be in the order of their ends, so a position is an id and an end. */
export const licenseCursor = new Cursor<LicensePosition>(
  ({ id, expiresAt }) => (expiresAt === null ? id : `${id} ${expiresAt}`),
  (text) => {
    const [id = '', expiresAt = null, ...surplus] = text.split(' ');
    const isValid = UUID.test(id) && (expiresAt === null || isTime(expiresAt)) && surplus.length === 0;
    return isValid ? { id, expiresAt } : undefined;
  },
);

export const activationCursor = new Cursor<string>((fingerprint) => fingerprint, Fingerprint.tryParse);

/** Machines of all licenses, in the order of their activations. */
export const machineCursor = new Cursor<MachinePosition>(
  ({ activatedAt, licenseId, fingerprint }) => `${activatedAt} ${licenseId} ${fingerprint}`,
  (text) => {
    const [activatedAt = '', licenseId = '', raw = '', ...surplus] = text.split(' ');
    const fingerprint = Fingerprint.tryParse(raw);
    if (!isTime(activatedAt) || !UUID.test(licenseId) || surplus.length > 0) return undefined;
    return fingerprint && { activatedAt, licenseId: LicenseId.parse(licenseId), fingerprint };
  },
);

/** Users that a search found. */
export const searchCursor = new Cursor<SearchPosition>(
  ({ by, key, id }) => `${by} ${id} ${key}`,
  (text) => {
    const [by, id = '', ...words] = text.split(' ');
    const key = words.join(' ');
    if ((by !== 'email' && by !== 'name') || !UUID.test(id) || key.includes('\0')) return undefined;
    return { by, key, id: UserId.parse(id) };
  },
);
