import type { Brand } from '../shared/brand.ts';
import { DomainError } from '../shared/domain-error.ts';

/**
 * What a customer types in: `46CFM-…`, six groups of five symbols of Crockford's base32. 29 of them are chance (145
 * bits), the last one is a check symbol, so that a typing error is told apart from a key that nobody was given.
 *
 * Whoever shows the key acts for the license.
 */
export type LicenseKey = Brand<string, 'LicenseKey'>;

/** Without I, L, O and U: nobody reads them right. */
const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_SYMBOLS = 29;
const LENGTH = RANDOM_SYMBOLS + 1;
const GROUP = 5;
const MAX_INPUT_LENGTH = 128;

/**
 * The number that the drawn symbols make, modulo 37. As 37 is a prime that divides neither 32 nor 31, one wrong symbol
 * always changes it, and so do two neighbors that have changed places.
 */
const MODULUS = 37;

const IGNORED = -1;

/** By code unit: the value of a symbol, whatever its case, `IGNORED`, or nothing. */
const VALUES: readonly (number | undefined)[] = (() => {
  const values: (number | undefined)[] = new Array(128);
  const put = (characters: string, value: number): void => {
    for (const character of characters) values[character.charCodeAt(0)] = value;
  };
  for (const [value, symbol] of [...SYMBOLS].entries()) put(`${symbol}${symbol.toLowerCase()}`, value);
  put('oO', 0);
  put('iIlL', 1);
  put('- \t\r\n', IGNORED);
  return values;
})();

const written = (values: readonly number[]): LicenseKey => {
  let text = '';
  for (let at = 0; at < values.length; at += 1) {
    if (at > 0 && at % GROUP === 0) text += '-';
    text += SYMBOLS[values[at] as number];
  }
  return text as LicenseKey;
};

export const LicenseKey = {
  /**
   * A new key. Where the check would need one of Crockford's five extra symbols, it draws again: every symbol of a key
   * can then be read out on the telephone.
   * @param below a whole number from 0 up to, not including, its argument, that nobody can guess
   */
  generate(below: (end: number) => number): LicenseKey {
    for (;;) {
      const drawn = Array.from({ length: RANDOM_SYMBOLS }, () => below(SYMBOLS.length));
      const check = drawn.reduce((rest, value) => (rest * SYMBOLS.length + value) % MODULUS, 0);
      if (check < SYMBOLS.length) return written([...drawn, check]);
    }
  },

  /**
   * What somebody typed, as we write it: case, hyphens and spaces do not matter, O is read as 0, I and L as 1.
   * `undefined`: there is a typing error, so nobody need be asked whether we know the key.
   */
  tryParse(typed: string): LicenseKey | undefined {
    if (typed.length > MAX_INPUT_LENGTH) return undefined;
    const values: number[] = [];
    let rest = 0;
    for (let at = 0; at < typed.length; at += 1) {
      const value = VALUES[typed.charCodeAt(at)];
      if (value === undefined || values.length > LENGTH) return undefined;
      if (value === IGNORED) continue;
      if (values.length < RANDOM_SYMBOLS) rest = (rest * SYMBOLS.length + value) % MODULUS;
      values.push(value);
    }
    return values.length === LENGTH && values[RANDOM_SYMBOLS] === rest ? written(values) : undefined;
  },

  /** @throws {DomainError} license.key-malformed */
  parse(typed: string): LicenseKey {
    const key = LicenseKey.tryParse(typed);
    if (key !== undefined) return key;
    throw new DomainError('license.key-malformed', 'This is no license key: a character is wrong or missing.');
  },
};
