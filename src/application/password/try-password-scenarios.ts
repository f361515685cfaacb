import { generatePassword } from '../../domain/password/generate-password.ts';
import { PasswordLevel } from '../../domain/password/password-level.ts';
import { type Complexity, PasswordRecipe } from '../../domain/password/password-recipe.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

export type PasswordScenario = Readonly<{
  length: number;
  complexity: Complexity;
  /** The level by the rules. */
  expected: PasswordLevel;
  /** The level that the checker finds. */
  got: PasswordLevel;
  isSuccess: boolean;
}>;

/** Around the raised level at 8, common lengths, and the maximum. */
const LENGTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 32, 64, 128];
const COMPLEXITIES = [1, 2, 3, 4];

/** Compares the generator with the checker over lengths and complexities. */
export class TryPasswordScenarios extends UseCase<Pick<Ports, 'randomSource'>> {
  execute(): readonly PasswordScenario[] {
    return LENGTHS.flatMap((length) =>
      COMPLEXITIES.filter((complexity) => complexity <= length).map((complexity) => this.#try(length, complexity)),
    );
  }

  #try(length: number, wanted: number): PasswordScenario {
    const { randomSource } = this.deps;
    const recipe = PasswordRecipe.of({ length, complexity: wanted });
    const password = generatePassword(recipe, (end) => randomSource.below(end));
    const { complexity, expectedLevel: expected } = recipe;
    const got = PasswordLevel.of(password);
    const isSuccess = got === expected && password.reveal().length === length;
    return { length, complexity, expected, got, isSuccess };
  }
}
