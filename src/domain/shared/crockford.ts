/** Crockford's base32: digits and letters without I, L, O and U, which are easily misread. */
export const CROCKFORD_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The value of a hyphen or white space. */
export const IGNORED = -1;

/** By code unit: the value of a symbol in either case, with O as 0, I and L as 1; `IGNORED`; or `undefined`. */
export const CROCKFORD_VALUES: readonly (number | undefined)[] = (() => {
  const values: (number | undefined)[] = new Array(128);
  const put = (characters: string, value: number): void => {
    for (const character of characters) values[character.charCodeAt(0)] = value;
  };
  for (const [value, symbol] of [...CROCKFORD_SYMBOLS].entries()) put(`${symbol}${symbol.toLowerCase()}`, value);
  put('oO', 0);
  put('iIlL', 1);
  put('- \t\r\n', IGNORED);
  return values;
})();
