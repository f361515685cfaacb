/** The rungs of the ladder, lowest first: what each level adds. Punctuation is ASCII's, all 32. */
export const CHARACTER_CLASSES = [
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
] as const;
