import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import {
  codePoints,
  hasControlCharacters,
  hasDirectionalControls,
  hasVisibleCharacters,
  toNfc,
} from '../shared/unicode.ts';

/** What a person is called, in any script: 1 to 200 characters, one line. */
export type UserName = Brand<string, 'UserName'>;

export const UserName = {
  /** @throws {DomainError} user.invalid */
  parse(raw: string): UserName {
    const name = toNfc(raw);
    if (!isOneLine(name)) throw new DomainError('user.invalid', 'name must be 1 to 200 characters on one line.');
    if (!hasVisibleCharacters(name) || hasDirectionalControls(name)) {
      throw new DomainError('user.invalid', 'name must be visible, and must not turn the direction of writing.');
    }
    return name as UserName;
  },

  /**
   * For stores only: what was taken once can be read for good, also where a later rule would refuse it.
   * @throws {DomainError} user.invalid
   */
  fromStore(raw: string): UserName {
    if (!isOneLine(raw)) throw new DomainError('user.invalid', 'name must be 1 to 200 characters on one line.');
    return raw as UserName;
  },
};

const isOneLine = (name: string): boolean =>
  name.isWellFormed() && !hasControlCharacters(name) && name.trim() !== '' && codePoints(name) <= 200;
