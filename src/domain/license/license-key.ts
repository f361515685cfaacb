import type { Brand } from '../shared/brand.ts';
import { CROCKFORD_SYMBOLS, CROCKFORD_VALUES, IGNORED } from '../shared/crockford.ts';
import { DomainError } from '../shared/domain-error.ts';

/**
 * The credential of a license that a customer types in: `46CFM-…`, six groups of five symbols of Crockford's base32. 29
 * symbols are random (145 bits). The last is a check symbol, which distinguishes a typing error from an unknown key.
 *
 * An application that presents the key acts for the license.
 */
export type LicenseKey = Brand<string, 'LicenseKey'>;

const RANDOM_SYMBOLS = 29;
const LENGTH = RANDOM_SYMBOLS + 1;
const GROUP = 5;
const MAX_INPUT_LENGTH = 128;

/**
 * The check symbol is the number that the random symbols make, modulo 37. As 37 is a prime that divides neither 32 nor
 * 31, one wrong symbol always changes it, and so does an exchange of two neighbours.
 */
const MODULUS = 37;

const format = (values: readonly number[]): LicenseKey => {
  let text = '';
  for (let index = 0; index < values.length; index += 1) {
    if (index > 0 && index % GROUP === 0) text += '-';
    text += CROCKFORD_SYMBOLS[values[index] as number];
  }
  return text as LicenseKey;
};

export const LicenseKey = {
  /**
   * A new key. Draws again where the check symbol would be one of Crockford's five extra symbols, so that a key consists
   * of letters and digits only.
   * @param randomBelow an unpredictable whole number from 0 up to, not including, its argument
   */
  generate(randomBelow: (end: number) => number): LicenseKey {
    for (;;) {
      const values = Array.from({ length: RANDOM_SYMBOLS }, () => randomBelow(CROCKFORD_SYMBOLS.length));
      const check = values.reduce((remainder, value) => (remainder * CROCKFORD_SYMBOLS.length + value) % MODULUS, 0);
      if (check < CROCKFORD_SYMBOLS.length) return format([...values, check]);
    }
  },

  /**
   * The key in its canonical form. Ignores case, hyphens and white space, and reads O as 0, I and L as 1.
   * `undefined`: a typing error; no look-up is needed.
   */
  tryParse(raw: string): LicenseKey | undefined {
    if (raw.length > MAX_INPUT_LENGTH) return undefined;
    const values: number[] = [];
    let remainder = 0;
    for (let index = 0; index < raw.length; index += 1) {
      const value = CROCKFORD_VALUES[raw.charCodeAt(index)];
      if (value === undefined || values.length > LENGTH) return undefined;
      if (value === IGNORED) continue;
      if (values.length < RANDOM_SYMBOLS) remainder = (remainder * CROCKFORD_SYMBOLS.length + value) % MODULUS;
      values.push(value);
    }
    return values.length === LENGTH && values[RANDOM_SYMBOLS] === remainder ? format(values) : undefined;
  },

  /** @throws {DomainError} license.key-malformed */
  parse(raw: string): LicenseKey {
    const key = LicenseKey.tryParse(raw);
    if (key !== undefined) return key;
    throw new DomainError('license.key-malformed', 'This is no license key: a character is wrong or missing.');
  },
};
