import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BrokenInvariant } from './invariant.ts';
import { oneOf } from './one-of.ts';

describe('oneOf', () => {
  it('gives back a word it knows', () => {
    assert.equal(oneOf(['active', 'revoked'], 'revoked'), 'revoked');
  });

  it('takes any other text for a damaged row, its own methods included', () => {
    for (const word of ['Active', 'active ', '', 'length', '__proto__']) {
      assert.throws(() => oneOf(['active', 'revoked'], word), BrokenInvariant, word);
    }
  });
});
