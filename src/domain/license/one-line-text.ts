import { DomainError } from '../shared/domain-error.ts';
import { type Field, message } from '../shared/message.ts';
import { hasInvisibleCharacters, hasVisibleCharacters, isOneLine, toNfc } from '../shared/unicode.ts';

/** Parsers of a text on one line without invisible characters. */
export const oneLineText = <Text extends string>(field: Field, maxLength: number) => {
  /**
   * For stores only: an earlier version accepted invisible characters.
   * @throws {DomainError} license.invalid
   */
  const fromStore = (raw: string): Text => {
    if (isOneLine(raw, maxLength)) return raw as Text;
    throw new DomainError('license.invalid', message`${field} must be 1 to ${maxLength} characters on one line.`);
  };

  /** @throws {DomainError} license.invalid */
  const parse = (raw: string): Text => {
    const text = fromStore(toNfc(raw));
    if (hasVisibleCharacters(text) && !hasInvisibleCharacters(text)) return text;
    throw new DomainError('license.invalid', message`${field} must not contain invisible characters.`);
  };

  return { parse, fromStore };
};
