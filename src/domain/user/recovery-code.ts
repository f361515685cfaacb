import type { Brand } from '../shared/brand.ts';
import { CROCKFORD_SYMBOLS, CROCKFORD_VALUES, IGNORED } from '../shared/crockford.ts';

/** A code that replaces one code of the second factor, once: 128 random bits in Crockford's base32, in its canonical form. */
export type RecoveryCode = Brand<string, 'RecoveryCode'>;

/** Of 5 bits each, but for the first, which has 3. */
const LENGTH = 26;
const MAX_INPUT_LENGTH = 64;

export const RecoveryCode = {
  /** Number of codes of a factor. */
  COUNT: 10,

  /** @param randomBelow an unpredictable whole number from 0 up to, not including, its argument */
  generate(randomBelow: (end: number) => number): RecoveryCode {
    const values = Array.from({ length: LENGTH }, (_, index) =>
      randomBelow(index === 0 ? 8 : CROCKFORD_SYMBOLS.length),
    );
    return values.map((value) => CROCKFORD_SYMBOLS[value]).join('') as RecoveryCode;
  },

  /** Ignores case, hyphens and white space, and reads O as 0, I and L as 1. `undefined`: no recovery code. */
  tryParse(raw: string): RecoveryCode | undefined {
    if (raw.length > MAX_INPUT_LENGTH) return undefined;
    const values = [...raw].map((character) => CROCKFORD_VALUES[character.charCodeAt(0)]);
    const symbols = values.filter((value) => value !== IGNORED);
    if (symbols.length !== LENGTH || symbols.includes(undefined)) return undefined;
    return symbols.map((value) => CROCKFORD_SYMBOLS[value as number]).join('') as RecoveryCode;
  },

  /** In groups of five, to be typed. */
  format(code: RecoveryCode): string {
    return code.match(/.{1,5}/g)?.join('-') ?? code;
  },
};
