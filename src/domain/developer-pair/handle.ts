import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/** A developer's name, the same on both networks, as it was written: answers give it back so. */
export type Handle = Brand<string, 'Handle'>;

/** The name without regard to case: what tells two developers apart. */
export type CanonicalHandle = Brand<string, 'CanonicalHandle'>;

const MAX_LENGTH = 300;

export const Handle = {
  /**
   * Any name will do. One that a network does not allow is known to nobody there, which is an answer, not a fault.
   * @throws {DomainError} handle.malformed: nothing at all, half a character, or a novel
   */
  parse(raw: string): Handle {
    if (raw === '' || raw.length > MAX_LENGTH || !raw.isWellFormed()) {
      throw new DomainError('handle.malformed', `A developer's name has 1 to ${MAX_LENGTH} characters.`);
    }
    return raw as Handle;
  },

  /** ASCII only: the Kelvin sign in lower case is a k, and would be taken for somebody who is called k. */
  canonical(handle: Handle): CanonicalHandle {
    return handle.replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase()) as CanonicalHandle;
  },
};
