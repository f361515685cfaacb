import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../shared/domain-error.ts';
import { PasswordRecipe } from './password-recipe.ts';

const errorOf = (options: { length: number; complexity: number }): readonly string[] => {
  try {
    PasswordRecipe.of(options);
  } catch (error) {
    assert.ok(error instanceof DomainError);
    assert.equal(error.code, 'password.recipe-invalid');
    return error.messages;
  }
  return [];
};

describe('PasswordRecipe', () => {
  it('takes every length from the number of its classes to 128', () => {
    for (const complexity of [1, 2, 3, 4]) {
      assert.equal(errorOf({ length: complexity - 1, complexity }).length, 1);
      assert.deepEqual(errorOf({ length: complexity, complexity }), []);
      assert.deepEqual(errorOf({ length: 128, complexity }), []);
      assert.equal(errorOf({ length: 129, complexity }).length, 1);
    }
  });

  it('reports that each class needs a character', () => {
    assert.deepEqual(errorOf({ length: 3, complexity: 4 }), [
      'length must be at least 4 for complexity 4: one character of each class.',
    ]);
  });

  it('reports all violated rules at once', () => {
    assert.deepEqual(errorOf({ length: 0, complexity: 5 }), [
      'complexity must be a whole number from 1 to 4.',
      'length must be a whole number from 1 to 128.',
    ]);
  });

  it('rejects what is no whole number in range', () => {
    for (const odd of [-1, 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.equal(errorOf({ length: odd, complexity: 1 }).length, 1, `length ${odd}`);
      assert.equal(errorOf({ length: 12, complexity: odd }).length, 1, `complexity ${odd}`);
    }
  });

  it('foretells the level: one more from eight characters on, where only the lower two classes are used', () => {
    const checksAs = (length: number) =>
      [1, 2, 3, 4].map((complexity) => PasswordRecipe.of({ length, complexity }).expectedLevel);
    assert.deepEqual(checksAs(7), [1, 2, 3, 4]);
    assert.deepEqual(checksAs(8), [2, 3, 3, 4]);
  });
});
