import { DomainError } from '../shared/domain-error.ts';
import { CHARACTER_CLASSES } from './character-classes.ts';
import type { PasswordLevel } from './password-level.ts';

/** Which classes a generated password is made of: the first so many of the ladder, each of them present. */
export type Complexity = Exclude<PasswordLevel, 0>;

const MAX_LENGTH = 128;
const RAISED_LEVEL_MIN_LENGTH = 8;

/** What to make: so long, so varied. Always possible. */
export class PasswordRecipe {
  readonly length: number;
  readonly complexity: Complexity;

  private constructor(length: number, complexity: Complexity) {
    this.length = length;
    this.complexity = complexity;
  }

  /** @throws {DomainError} password.recipe-invalid, one sentence per broken rule */
  static of({ length, complexity }: { length: number; complexity: number }): PasswordRecipe {
    const messages: string[] = [];
    const isComplexity = Number.isInteger(complexity) && complexity >= 1 && complexity <= CHARACTER_CLASSES.length;
    if (!isComplexity) messages.push(`complexity must be a whole number from 1 to ${CHARACTER_CLASSES.length}.`);
    if (!Number.isInteger(length) || length < 1 || length > MAX_LENGTH) {
      messages.push(`length must be a whole number from 1 to ${MAX_LENGTH}.`);
    } else if (isComplexity && length < complexity) {
      messages.push(`length must be at least ${complexity} for complexity ${complexity}: one character of each class.`);
    }
    if (messages.length > 0) throw new DomainError('password.recipe-invalid', messages);
    return new PasswordRecipe(length, complexity as Complexity);
  }

  /** The level that every password made so is read as; from eight characters on, the lower two count one more. */
  get expectedLevel(): PasswordLevel {
    const isRaised = this.length >= RAISED_LEVEL_MIN_LENGTH && this.complexity <= 2;
    return (isRaised ? this.complexity + 1 : this.complexity) as PasswordLevel;
  }
}
