import { generatePassword } from '../../domain/password/generate-password.ts';
import { PasswordLevel } from '../../domain/password/password-level.ts';
import { PasswordRecipe } from '../../domain/password/password-recipe.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { RandomSource } from '../../ports/random-source.ts';

export type SuggestedPassword = Readonly<{
  password: Secret;
  /** What it checks as: from eight characters on, more than its complexity where only the lower two classes are used. */
  level: PasswordLevel;
}>;

/** Makes up a password. Nothing is kept of it. */
export class SuggestPassword {
  readonly #deps: { randomSource: RandomSource };

  constructor(deps: { randomSource: RandomSource }) {
    this.#deps = deps;
  }

  /** @throws {DomainError} password.recipe-invalid */
  execute(options: Readonly<{ length: number; complexity: number }>): SuggestedPassword {
    const { randomSource } = this.#deps;
    const password = generatePassword(PasswordRecipe.of(options), (end) => randomSource.below(end));
    return { password, level: PasswordLevel.of(password) };
  }
}
