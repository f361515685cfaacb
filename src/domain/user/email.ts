import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';
import { foldCase, hasControlCharacters } from '../shared/unicode.ts';

/** An e-mail address as its owner writes it. Compare by `Email.canonical`. */
export type Email = Brand<string, 'Email'>;

/** An address without regard to case. Identifies one account. */
export type CanonicalEmail = Brand<string, 'CanonicalEmail'>;

const MAX_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

export const Email = {
  /**
   * Takes linear time. Rejects quoted local parts and address literals, which are practically unused and serve to smuggle
   * headers.
   * @throws {DomainError} user.invalid
   */
  parse(raw: string): Email {
    if (Email.isAddress(raw)) return raw;
    throw new DomainError('user.invalid', message`${'email'} must be an e-mail address such as ada@example.com.`);
  },

  isAddress(raw: string): raw is Email {
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
  },

  canonical(email: Email): CanonicalEmail {
    return Email.canonicalize(email);
  },

  /** The form to look an account up with. Text that is no address matches no account. */
  canonicalize(raw: string): CanonicalEmail {
    return foldCase(raw) as CanonicalEmail;
  },

  /** The text before the last `@`; empty where there is none. */
  localPart(raw: string): string {
    return raw.slice(0, Math.max(raw.lastIndexOf('@'), 0));
  },
};
