const CONTROL = /\p{Cc}|\p{Zl}|\p{Zp}/u;
/** Excludes fillers, joiners and the empty Braille pattern, which show nothing. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Excludes joiners, and the selectors and tags that choose the look of the character before them. */
const INVISIBLE =
  /[[\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]--[\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0020}-\u{e007f}\u{e0100}-\u{e01ef}]]/v;
const DIRECTIONAL = /[\u202a-\u202e\u2066-\u2069]/;
/** Above every limit of the domain: 200 characters in NFC are at most 1,600 UTF-16 units before normalization. */
const MAX_NORMALIZED_LENGTH = 2048;

export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** Whether the text contains line ends, NUL or escapes, which do not belong into a name, an address or a log line. */
export const hasControlCharacters = (text: string): boolean => CONTROL.test(text);

/** Whether the text contains characters without ink or width, other than those that scripts and emoji need. */
export const hasInvisibleCharacters = (text: string): boolean => INVISIBLE.test(text);

export const hasVisibleCharacters = (text: string): boolean => VISIBLE.test(text);

/** Whether the text contains embeddings, overrides or isolates, which reorder the text beside it. */
export const hasDirectionalControls = (text: string): boolean => DIRECTIONAL.test(text);

/** Whether the text is well-formed, on one line, not blank, and at most `maxLength` code points long. */
export const isOneLine = (text: string, maxLength: number): boolean =>
  text.isWellFormed() && !hasControlCharacters(text) && text.trim() !== '' && codePoints(text) <= maxLength;

/**
 * The text in NFC. Ordering combining marks takes quadratic time (seconds for 64 KiB of them), so text above every limit
 * is returned unchanged: it is rejected for its length, or matches nothing.
 */
export const toNfc = (text: string): string => (text.length > MAX_NORMALIZED_LENGTH ? text : text.normalize('NFC'));

/** The text in NFC and lower case. Normalized twice: ǰ is one code point in lower case and two in upper case. */
export const foldCase = (text: string): string => toNfc(toNfc(text).toLowerCase());
