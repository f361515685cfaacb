import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';
import { type Message, message } from '../shared/message.ts';

/** A right that a license grants, as a short code that the application knows: `export-pdf`. */
export type Entitlement = Brand<string, 'Entitlement'>;

const FORM = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const MAX_CODES = 64;

export const Entitlement = {
  /**
   * Parses at most 64 different codes.
   * @throws {DomainError} license.invalid
   */
  parseAll(raw: readonly string[]): readonly Entitlement[] {
    const details: Message[] = [];
    if (raw.length > MAX_CODES) details.push(message`${'entitlements'} must be at most ${MAX_CODES} codes.`);
    if (!raw.every((code) => FORM.test(code))) {
      details.push(
        message`${'entitlements'} must be codes of 1 to 64 letters, digits, dots, colons, hyphens and underscores, and begin with a letter or digit.`,
      );
    }
    if (new Set(raw).size !== raw.length) details.push(message`${'entitlements'} must not have a code twice.`);
    if (details.length > 0) throw new DomainError('license.invalid', details);
    return [...raw] as Entitlement[];
  },
};
