import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/** Something that a license lets its owner do, as a short code that the application knows: `export-pdf`. */
export type Entitlement = Brand<string, 'Entitlement'>;

const FORM = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const MAX_CODES = 64;

export const Entitlement = {
  /**
   * At most 64 codes, each once.
   * @throws {DomainError} license.invalid
   */
  parseAll(raw: readonly string[]): readonly Entitlement[] {
    const messages: string[] = [];
    if (raw.length > MAX_CODES) messages.push(`entitlements must be at most ${MAX_CODES} codes.`);
    if (!raw.every((code) => FORM.test(code))) {
      messages.push('entitlements must be codes of 1 to 64 letters, digits, dots, colons, hyphens and underscores.');
    }
    if (new Set(raw).size !== raw.length) messages.push('entitlements must not have a code twice.');
    if (messages.length > 0) throw new DomainError('license.invalid', messages);
    return [...raw] as Entitlement[];
  },
};
