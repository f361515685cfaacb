import { Secret } from '../shared/secret.ts';

/**
 * The text that an API token consists of: a prefix that secret scanners find, 32 random characters (190 bits), and a
 * checksum of 6 characters, which distinguishes a typing error from an unknown token.
 */
const PREFIX = 'gld_api_';
const RANDOM_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const HINT_LENGTH = 4;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const FORM = /^gld_api_[0-9A-Za-z]{38}$/;

export const ApiTokenSecret = {
  /** @param randomBelow an unpredictable whole number from 0 up to, not including, its argument */
  generate(randomBelow: (end: number) => number): Secret {
    let text = PREFIX;
    for (let count = 0; count < RANDOM_LENGTH; count += 1) text += ALPHABET[randomBelow(ALPHABET.length)];
    return new Secret(text + checksum(text));
  },

  /** Whether the text claims to be an API token. No other credential begins so. */
  hasPrefix: (token: Secret): boolean => token.reveal().startsWith(PREFIX),

  isWellFormed(token: Secret): boolean {
    const text = token.reveal();
    return FORM.test(text) && text.slice(-CHECKSUM_LENGTH) === checksum(text.slice(0, -CHECKSUM_LENGTH));
  },

  /** The end of the text, by which people recognise a token in a list. */
  hint: (token: Secret): string => token.reveal().slice(-HINT_LENGTH),
};

/** CRC-32 in base 62, padded with zeros. */
const checksum = (text: string): string => {
  let rest = crc32(text);
  let digits = '';
  for (let count = 0; count < CHECKSUM_LENGTH; count += 1) {
    digits = ALPHABET[rest % ALPHABET.length] + digits;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return digits;
};

/** CRC-32 of IEEE 802.3, bit by bit: 40 characters take a microsecond. @param text ASCII */
const crc32 = (text: string): number => {
  let remainder = 0xffffffff;
  for (let index = 0; index < text.length; index += 1) {
    remainder ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit += 1) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return ~remainder >>> 0;
};
