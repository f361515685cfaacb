import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Age } from './age.ts';

const isRefused = (age: number, minimum: number): void => {
  assert.throws(() => Age.parse(age, minimum), {
    code: 'user.invalid',
    messages: [`age must be a whole number from ${minimum} to 130.`],
  });
};

describe('Age', () => {
  it('begins at the minimum age and not a year before', () => {
    assert.equal(Age.parse(18, 18), 18);
    isRefused(17, 18);
  });

  it('ends with 130', () => {
    assert.equal(Age.parse(130, 18), 130);
    isRefused(131, 18);
  });

  it('follows the minimum age of the server', () => {
    assert.equal(Age.parse(13, 13), 13);
    isRefused(12, 13);
    isRefused(20, 21);
  });

  it('is a whole number, and one that no arithmetic bends', () => {
    for (const age of [18.5, 129.999, Number.NaN, Infinity, -Infinity, -18, -1, 0, 2 ** 31, 2 ** 53, 1e308]) {
      isRefused(age, 18);
    }
  });

  it('accepts the whole numbers from the minimum to 130 and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -200, max: 400 }), fc.double()), (age) => {
        if (Number.isInteger(age) && age >= 18 && age <= 130) assert.equal(Age.parse(age, 18), age);
        else isRefused(age, 18);
      }),
    );
  });

  it('comes back from the store even if the minimum age has risen since', () => {
    assert.equal(Age.fromStore(13), 13);
    assert.throws(() => Age.fromStore(131), { code: 'user.invalid' });
    assert.throws(() => Age.fromStore(-1), { code: 'user.invalid' });
  });
});
