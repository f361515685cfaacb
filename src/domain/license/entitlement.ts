import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/** Something that a license lets its owner do, as a short code that the application knows: `export-pdf`. */
export type Entitlement = Brand<string, 'Entitlement'>;

const FORM = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
const MOST = 64;

export const Entitlement = {
  /**
   * At most 64 codes, each once.
   * @throws {DomainError} license.invalid
   */
  parseAll(raw: readonly string[]): readonly Entitlement[] {
    const sentences: string[] = [];
    if (raw.length > MOST) sentences.push(`entitlements must be at most ${MOST} codes.`);
    if (!raw.every((code) => FORM.test(code))) {
      sentences.push('entitlements must be codes of 1 to 64 letters, digits, dots, colons, hyphens and underscores.');
    }
    if (new Set(raw).size !== raw.length) sentences.push('entitlements must not have a code twice.');
    if (sentences.length > 0) throw new DomainError('license.invalid', sentences);
    return [...raw] as Entitlement[];
  },
};
