import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomSourceContract } from '../contracts/random-source.contract.ts';
import { SeededRandom } from './seeded-random.ts';

let opened = 0;
randomSourceContract('seeded', () => {
  opened += 1;
  return new SeededRandom(`seed ${opened}`);
});

describe('SeededRandom', () => {
  it('draws the same from the same seed, and something else from another', () => {
    const drawn = (seed: string) => {
      const source = new SeededRandom(seed);
      return [source.below(1000), source.token().reveal(), source.below(1000), source.token().reveal()];
    };
    assert.deepEqual(drawn('one'), drawn('one'));
    assert.notDeepEqual(drawn('one'), drawn('two'));
  });
});
