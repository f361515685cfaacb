import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { codePoints, composed, hasControlCharacters } from '../shared/unicode.ts';

/** What a person is called, in any script: 1 to 200 characters, one line. */
export type UserName = Brand<string, 'UserName'>;

export const UserName = {
  /** @throws {DomainError} user.invalid */
  parse(raw: string): UserName {
    const name = composed(raw);
    if (!name.isWellFormed() || hasControlCharacters(name) || name.trim() === '' || codePoints(name) > 200) {
      throw new DomainError('user.invalid', 'name must be 1 to 200 characters on one line.');
    }
    return name as UserName;
  },
};
