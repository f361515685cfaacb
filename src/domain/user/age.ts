import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/** Whole years, from the house's minimum age to 130. */
export type Age = Brand<number, 'Age'>;

const MAX_AGE = 130;

export const Age = {
  /** @throws {DomainError} user.invalid */
  parse(raw: number, minimum: number): Age {
    if (!Number.isInteger(raw) || raw < minimum || raw > MAX_AGE) {
      throw new DomainError('user.invalid', `age must be a whole number from ${minimum} to ${MAX_AGE}.`);
    }
    return raw as Age;
  },

  /** For stores only: the minimum age may have risen since. */
  fromStore(raw: number): Age {
    return Age.parse(raw, 0);
  },
};
