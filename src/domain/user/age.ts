import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';

/** Whole years, from the configured minimum age to 130. */
export type Age = Brand<number, 'Age'>;

const MAX_AGE = 130;

export const Age = {
  /** @throws {DomainError} user.invalid */
  parse(raw: number, minimum: number): Age {
    if (!Number.isInteger(raw) || raw < minimum || raw > MAX_AGE) {
      throw new DomainError('user.invalid', message`${'age'} must be a whole number from ${minimum} to ${MAX_AGE}.`);
    }
    return raw as Age;
  },

  /** Restores a stored age, whatever the minimum age is now. For stores only. */
  fromStore(raw: number): Age {
    return Age.parse(raw, 0);
  },
};
