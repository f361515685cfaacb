import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';
import { hasDirectionalControls, hasVisibleCharacters, isOneLine, toNfc } from '../shared/unicode.ts';

/** A person's name in any script: 1 to 200 characters on one line. */
export type UserName = Brand<string, 'UserName'>;

const MAX_LENGTH = 200;

export const UserName = {
  /** @throws {DomainError} user.invalid */
  parse(raw: string): UserName {
    const name = UserName.fromStore(toNfc(raw));
    if (hasVisibleCharacters(name) && !hasDirectionalControls(name)) return name;
    const detail = message`${'name'} must be visible, and must not turn the direction of writing.`;
    throw new DomainError('user.invalid', detail);
  },

  /**
   * Restores a stored name, also one that later rules reject. For stores only.
   * @throws {DomainError} user.invalid
   */
  fromStore(raw: string): UserName {
    if (isOneLine(raw, MAX_LENGTH)) return raw as UserName;
    throw new DomainError('user.invalid', message`${'name'} must be 1 to ${MAX_LENGTH} characters on one line.`);
  },
};
