import { DomainError } from '../shared/domain-error.ts';
import { type Message, message } from '../shared/message.ts';
import type { PasswordLevel } from './password-level.ts';

/** In the order of the levels, each with the characters that it adds. Punctuation is all 32 characters of ASCII. */
export const CHARACTER_CLASSES = [
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
] as const;

/** The number of classes that a generated password consists of, each of them present. */
export type Complexity = Exclude<PasswordLevel, 0>;

const MAX_LENGTH = 128;
const RAISED_LEVEL_MIN_LENGTH = 8;

/** Length and complexity of a password to generate. Always possible. */
export class PasswordRecipe {
  readonly length: number;
  readonly complexity: Complexity;

  private constructor(length: number, complexity: Complexity) {
    this.length = length;
    this.complexity = complexity;
  }

  /** @throws {DomainError} password.recipe-invalid, with all broken rules */
  static of({ length, complexity }: { length: number; complexity: number }): PasswordRecipe {
    const details: Message[] = [];
    const isComplexity = Number.isInteger(complexity) && complexity >= 1 && complexity <= CHARACTER_CLASSES.length;
    if (!isComplexity) {
      details.push(message`${'complexity'} must be a whole number from 1 to ${CHARACTER_CLASSES.length}.`);
    }
    if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
      details.push(message`${'length'} must be a whole number from 1 to ${MAX_LENGTH}.`);
    } else if (isComplexity && length < complexity) {
      details.push(
        message`${'length'} must be at least ${complexity} for ${'complexity'} ${complexity}: one character of each class.`,
      );
    }
    if (details.length > 0) throw new DomainError('password.recipe-invalid', details);
    return new PasswordRecipe(length, complexity as Complexity);
  }

  /** The level of every password of this recipe. From eight characters on, the lower two complexities count one more. */
  get expectedLevel(): PasswordLevel {
    const isRaised = this.length >= RAISED_LEVEL_MIN_LENGTH && this.complexity <= 2;
    return (isRaised ? this.complexity + 1 : this.complexity) as PasswordLevel;
  }
}
