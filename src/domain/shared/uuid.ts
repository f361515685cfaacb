import { DomainError } from './domain-error.ts';

/** A UUID in lower case with a defined version and variant (RFC 9562). */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The canonical form of an id that may be written in any case.
 * @throws {DomainError} id.malformed
 */
export const parseUuid = (what: string, raw: string): string => {
  const id = raw.toLowerCase();
  if (!UUID.test(id)) throw new DomainError('id.malformed', `${what} must be a UUID.`);
  return id;
};
