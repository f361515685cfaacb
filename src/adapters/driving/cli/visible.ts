const ACTIVE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * Shows as escapes what would act on a terminal instead of being read: controls, line ends, marks that turn the reading
 * direction. Inside a JSON string the escapes mean the same as what they replace.
 */
export const escaped = (text: string): string =>
  text.replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
