import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { message } from '../shared/message.ts';
import { foldCase, hasControlCharacters } from '../shared/unicode.ts';

/** An email address as its owner writes it. Compare by `Email.isSame`. */
export type Email = Brand<string, 'Email'>;

/** An address without regard to case, with the domain as DNS compares it. Identifies one account. */
export type CanonicalEmail = Brand<string, 'CanonicalEmail'>;

const MAX_LENGTH = 254;
const MAX_LOCAL_PART_LENGTH = 64;
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]+$/u;
const MAX_DOMAIN_LENGTH = 253;
const ASCII_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

export const Email = {
  /**
   * Takes linear time. Rejects quoted local parts and address literals, which are practically unused and serve to smuggle
   * headers.
   * @throws {DomainError} user.invalid
   */
  parse(raw: string): Email {
    if (Email.isAddress(raw)) return raw;
    throw new DomainError('user.invalid', message`${'email'} must be an email address such as ada@example.com.`);
  },

  /**
   * Restores a stored address, also one whose domain later rules reject. For stores, and for queued emails.
   * @throws {DomainError} user.invalid
   */
  fromStore(raw: string): Email {
    if (hasAddressForm(raw)) return raw as Email;
    throw new DomainError('user.invalid', message`${'email'} must be an email address such as ada@example.com.`);
  },

  isAddress(raw: string): raw is Email {
    return hasAddressForm(raw) && asciiDomain(domainOf(raw)) !== undefined;
  },

  /** The form to look an account up with. Text that is no address matches no account. */
  canonicalize(raw: string): CanonicalEmail {
    const folded = foldCase(raw);
    const at = folded.lastIndexOf('@');
    // Lower case makes ς of Σ at the end of a word only, which more text may follow.
    const fold = (name: string): string => name.replaceAll('ς', 'σ');
    if (at < 0) return fold(folded) as CanonicalEmail;
    const domain = folded.slice(at + 1);
    // Whatever the name is: case and NFC change its length.
    const ascii = hasDomainForm(domain) ? asciiDomain(domain) : undefined;
    return `${fold(folded.slice(0, at))}@${ascii ?? domain}` as CanonicalEmail;
  },

  /** Whether both are the address of one account. */
  isSame(a: string, b: string): boolean {
    return Email.canonicalize(a) === Email.canonicalize(b);
  },

  /** The text before the last `@`; empty where there is none. */
  localPart(raw: string): string {
    return raw.slice(0, Math.max(raw.lastIndexOf('@'), 0));
  },
};

const domainOf = (raw: string): string => raw.slice(raw.lastIndexOf('@') + 1);

const hasAddressForm = (raw: string): boolean => {
  if (raw.length > MAX_LENGTH || !raw.isWellFormed() || hasControlCharacters(raw)) return false;
  const local = Email.localPart(raw);
  return (
    local.length <= MAX_LOCAL_PART_LENGTH &&
    LOCAL_PART.test(local) &&
    !/^\.|\.\.|\.$/.test(local) &&
    hasDomainForm(domainOf(raw))
  );
};

const hasDomainForm = (domain: string): boolean => {
  if (domain.length > MAX_LENGTH) return false;
  const labels = domain.split('.');
  return labels.length >= 2 && labels.every((label) => LABEL.test(label));
};

/**
 * A domain in ASCII and lower case, as UTS 46 maps it: all spellings of a domain are one. `undefined`: no
 * domain name. The platform's `URL` maps host names by UTS 46.
 */
const asciiDomain = (domain: string): string | undefined => {
  const host = URL.parse(`http://${domain}`)?.hostname ?? '';
  const labels = host.split('.');
  // A host that ends in a number is an IP address.
  const isName = labels.every((label) => ASCII_LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return isName && host.length <= MAX_DOMAIN_LENGTH ? host : undefined;
};
