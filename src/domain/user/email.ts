import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { foldCase, hasControlCharacters } from '../shared/unicode.ts';

/** An e-mail address as its owner writes it. Compare by `Email.canonical`. */
export type Email = Brand<string, 'Email'>;

/** An address without regard to case: one per account. */
export type CanonicalEmail = Brand<string, 'CanonicalEmail'>;

const MAX_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

export const Email = {
  /**
   * Linear checks only, so that no address can make us slow. Quoted local parts and address literals are refused:
   * nobody's customers have them, and they are how headers are smuggled.
   * @throws {DomainError} user.invalid
   */
  parse(raw: string): Email {
    if (!isAddress(raw)) {
      throw new DomainError('user.invalid', 'email must be an e-mail address such as ada@example.com.');
    }
    return raw as Email;
  },

  /** Could this be somebody's address? */
  isAddress(raw: string): raw is Email {
    return isAddress(raw);
  },

  canonical(email: Email): CanonicalEmail {
    return Email.canonicalize(email);
  },

  /** For look-ups of what somebody typed: text that is no address finds nobody, which is all the answer needed. */
  canonicalize(raw: string): CanonicalEmail {
    return foldCase(raw) as CanonicalEmail;
  },

  /** What stands before the last `@`; nothing where there is none. */
  localPart(raw: string): string {
    return raw.slice(0, Math.max(raw.lastIndexOf('@'), 0));
  },
};

const isAddress = (raw: string): boolean => {
  if (raw.length > MAX_LENGTH || !raw.isWellFormed() || hasControlCharacters(raw)) return false;
  const local = Email.localPart(raw);
  const labels = raw.slice(raw.lastIndexOf('@') + 1).split('.');
  return (
    local.length <= MAX_LOCAL_PART_LENGTH &&
    LOCAL_PART.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label))
  );
};
