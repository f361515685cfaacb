import type { Secret } from '../shared/secret.ts';

/**
 * How many rungs of the ladder a password climbs. 0: not even the first. 1: lowercase letters; 2: digits too;
 * 3: capitals too; 4: punctuation too. It measures variety, not strength: `password` is level 2.
 */
export type PasswordLevel = 0 | 1 | 2 | 3 | 4;

const CLASSES = [/[a-z]/, /[0-9]/, /[A-Z]/, /[!-/:-@[-`{-~]/];
const LONG_LOWERCASE = /^[a-z]{8,}$/;
const LONG_LOWERCASE_AND_DIGITS = /^[a-z0-9]{8,}$/;

export const PasswordLevel = {
  /**
   * A rung counts only above all earlier ones, so `Abc` is level 1: its capital stands on no digit. Eight or more of
   * the lower classes alone count one rung more. What is in no class (é, a space) counts for nothing.
   */
  of(password: Secret): PasswordLevel {
    const text = password.reveal();
    const missing = CLASSES.findIndex((rung) => !rung.test(text));
    const climbed = (missing === -1 ? CLASSES.length : missing) as PasswordLevel;
    if (climbed === 1 && LONG_LOWERCASE.test(text)) return 2;
    if (climbed === 2 && LONG_LOWERCASE_AND_DIGITS.test(text)) return 3;
    return climbed;
  },
};
