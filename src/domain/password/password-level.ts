import type { Secret } from '../shared/secret.ts';

/**
 * The number of character classes of a password, in order: 1 lowercase letters, 2 digits too, 3 capitals too,
 * 4 punctuation too; 0 not even the first. Measures variety and not strength: `password` is level 2.
 */
export type PasswordLevel = 0 | 1 | 2 | 3 | 4;

const CLASSES = [/[a-z]/, /[0-9]/, /[A-Z]/, /[!-/:-@[-`{-~]/];
const LONG_LOWERCASE = /^[a-z]{8,}$/;
const LONG_LOWERCASE_AND_DIGITS = /^[a-z0-9]{8,}$/;

export const PasswordLevel = {
  /**
   * A class counts only if all classes before it are present: `Abc` is level 1, because it has no digit. Eight or more
   * characters of only the first class, or only the first two, count one level more. Characters of no class (é, a space)
   * count for nothing.
   */
  of(password: Secret): PasswordLevel {
    const text = password.reveal();
    const missing = CLASSES.findIndex((characterClass) => !characterClass.test(text));
    const level = (missing === -1 ? CLASSES.length : missing) as PasswordLevel;
    if (level === 1 && LONG_LOWERCASE.test(text)) return 2;
    if (level === 2 && LONG_LOWERCASE_AND_DIGITS.test(text)) return 3;
    return level;
  },
};
