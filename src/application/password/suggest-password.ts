import { generatePassword } from '../../domain/password/generate-password.ts';
import { PasswordLevel } from '../../domain/password/password-level.ts';
import { PasswordRecipe } from '../../domain/password/password-recipe.ts';
import type { Secret } from '../../domain/shared/secret.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

export type SuggestedPassword = Readonly<{
  password: Secret;
  /** The level of the password; above the complexity for eight or more characters of the lower two classes. */
  level: PasswordLevel;
}>;

/** Generates a password. Stores nothing. */
export class SuggestPassword extends UseCase<Pick<Ports, 'randomSource'>> {
  /** @throws {DomainError} password.recipe-invalid */
  execute(options: Readonly<{ length: number; complexity: number }>): SuggestedPassword {
    const { randomSource } = this.deps;
    const password = generatePassword(PasswordRecipe.of(options), (end) => randomSource.below(end));
    return { password, level: PasswordLevel.of(password) };
  }
}
