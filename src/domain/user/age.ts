import type { Brand } from '../shared/brand.ts';
import { wholeNumber } from '../shared/whole-number.ts';

/** Whole years, from the configured minimum age to 130. */
export type Age = Brand<number, 'Age'>;

const MAX_AGE = 130;

export const Age = {
  /** @throws {DomainError} user.invalid */
  parse(raw: number, minimum: number): Age {
    return wholeNumber('user.invalid', 'age', raw, minimum, MAX_AGE) as Age;
  },

  /** Restores a stored age, whatever the minimum age is now. For stores only. */
  fromStore(raw: number): Age {
    return Age.parse(raw, 0);
  },
};
