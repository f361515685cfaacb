import { fieldName, RequestError } from '../errors/request-error.ts';

/** A double holds every number of at most 15 digits with an exponent of at most two; only others are looked at. */
const SUSPECT = /[\d.]{16}|\de[+-]?\d{3}/i;
/** Strings, numbers and punctuation of well-formed JSON. Matches without backtracking. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[\d.eE+-]+|[{}[\]:]/g;
const NUMBER = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;
const MAX_PRECISION = 100;

/**
 * Rejects numbers that would be kept with another value, such as 9007199254740993 or 1e400.
 * @param text well-formed JSON
 * @throws {RequestError} request.invalid
 */
export const assertExactNumbers = (text: string): void => {
  if (!SUSPECT.test(text)) return;
  const open: string[] = [];
  let key = '';
  let latest = '';
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(token);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') key = JSON.parse(latest);
    else if (token.startsWith('"')) latest = token;
    else if (NUMBER.test(token) && open.length > 0 && !isExact(token)) {
      const subject = open.at(-1) === '{' ? `${fieldName(key)} is` : 'A list has';
      throw new RequestError('request.invalid', `${subject} a number that cannot be stored exactly.`);
    }
  }
};

/**
 * Whether the double nearest to a number has the same value: in its shortest form, as `JSON.stringify` writes it, or in as
 * many digits as the number has.
 */
const isExact = (number: string): boolean => {
  const sent = decimal(number);
  const kept = Number(number);
  const isKept = ({ digits, exponent }: Decimal) => digits === sent.digits && exponent === sent.exponent;
  if (sent.digits === '' || isKept(decimal(String(kept)))) return true;
  return sent.precision <= MAX_PRECISION && isKept(decimal(kept.toPrecision(sent.precision)));
};

type Decimal = Readonly<{ digits: string; exponent: number; precision: number }>;

/**
 * The value as 0.`digits` times ten to the power of `exponent`, without zeros at either end, and how many significant
 * digits it is written with.
 */
const decimal = (number: string): Decimal => {
  const [, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(number) ?? [];
  const all = whole + fraction;
  const first = all.search(/[1-9]/);
  let end = all.length - 1;
  // Not /0+$/, which takes quadratic time.
  while (all[end] === '0') end -= 1;
  return {
    digits: first === -1 ? '' : all.slice(first, end + 1),
    exponent: whole.length + Number(exponent) - first,
    precision: all.length - first,
  };
};
