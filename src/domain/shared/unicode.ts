const CONTROL = /\p{Cc}|\p{Zl}|\p{Zp}/u;
/** Fillers and joiners take no ink, nor does the empty Braille pattern. */
const INK = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const TURNS = /[\u202a-\u202e\u2066-\u2069]/;
/** Beyond every limit of ours: 200 characters of NFC are at most 1,600 units before it. */
const MAX_NORMALIZED_LENGTH = 2048;

/** Characters as a person counts them: each code point is one. */
export const codePoints = (text: string): number => {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
};

/** Line ends, NUL, escapes: nothing that belongs into a name, an address or a log line. */
export const hasControlCharacters = (text: string): boolean => CONTROL.test(text);

/** Is there anything to see? */
export const hasVisibleCharacters = (text: string): boolean => INK.test(text);

/** Embeddings, overrides and isolates: they make what stands beside a name read in another order. */
export const hasDirectionalControls = (text: string): boolean => TURNS.test(text);

/**
 * The text in NFC. Putting marks in order takes the square of their number (seconds for 64 KiB of them), so text that
 * no limit of ours would let in comes back as it was: to be refused for its length, or looked up in vain.
 */
export const toNfc = (text: string): string => (text.length > MAX_NORMALIZED_LENGTH ? text : text.normalize('NFC'));

/** The text without regard to case. Composed again at the end, for ǰ has a form of one character and its capital none. */
export const foldCase = (text: string): string => toNfc(toNfc(text).toLowerCase());
