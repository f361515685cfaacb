import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededRandom } from '../../../test/doubles/seeded-random.ts';
import { Secret } from '../../domain/shared/secret.ts';
import { RatePassword } from './rate-password.ts';
import { SuggestPassword } from './suggest-password.ts';
import { TryPasswordScenarios } from './try-password-scenarios.ts';

const randomSource = new SeededRandom('passwords');

describe('SuggestPassword', () => {
  it('returns the level of the password, which may be more than its complexity', () => {
    const { password, level } = new SuggestPassword({ randomSource }).execute({ length: 8, complexity: 1 });
    assert.match(password.reveal(), /^[a-z]{8}$/);
    assert.equal(level, 2);
  });

  it('rejects what cannot be made', () => {
    assert.throws(() => new SuggestPassword({ randomSource }).execute({ length: 3, complexity: 4 }), {
      code: 'password.recipe-invalid',
    });
  });
});

describe('RatePassword', () => {
  it('reads the level', () => assert.equal(new RatePassword().execute(new Secret('abcdefg1')), 3));
});

describe('TryPasswordScenarios', () => {
  it('tries every complexity at every length that can hold it, and all agree', () => {
    const scenarios = new TryPasswordScenarios({ randomSource }).execute();
    const at = (length: number) => scenarios.filter((scenario) => scenario.length === length);
    assert.deepEqual(
      [1, 2, 3, 4, 8, 128].map((length) => at(length).length),
      [1, 2, 3, 4, 4, 4],
    );
    assert.deepEqual(
      at(8).map(({ expected, got }) => [expected, got]),
      [
        [2, 2],
        [3, 3],
        [3, 3],
        [4, 4],
      ],
    );
    assert.ok(scenarios.every(({ isSuccess }) => isSuccess));
  });
});
