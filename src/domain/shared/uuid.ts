import { DomainError } from './domain-error.ts';

/** A UUID in lower case with a defined version and variant (RFC 9562). */
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Returns the parser of one kind of id.
 * @param what name of the id in messages
 */
export const idParser = <Id extends string>(what: string) => ({
  /**
   * @param raw a UUID in any case
   * @throws {DomainError} id.malformed
   */
  parse(raw: string): Id {
    const id = raw.toLowerCase();
    if (!UUID.test(id)) throw new DomainError('id.malformed', `${what} must be a UUID.`);
    return id as Id;
  },
});
