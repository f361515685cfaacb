import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from './domain-error.ts';
import { BrokenInvariant, invariant, oneOf } from './invariant.ts';

describe('invariant', () => {
  it('says nothing while it holds', () => {
    assert.doesNotThrow(() => invariant(true, 'never seen'));
  });

  it('is our own fault when it breaks, and no error', () => {
    assert.throws(
      () => invariant(false, 'two seats, three machines'),
      (error) =>
        error instanceof BrokenInvariant &&
        !(error instanceof DomainError) &&
        error.message === 'two seats, three machines',
    );
  });
});

describe('oneOf', () => {
  it('returns a known word', () => {
    assert.equal(oneOf(['active', 'revoked'], 'revoked'), 'revoked');
  });

  it('takes any other text for a damaged row, its own methods included', () => {
    for (const word of ['Active', 'active ', '', 'length', '__proto__']) {
      assert.throws(() => oneOf(['active', 'revoked'], word), BrokenInvariant, word);
    }
  });
});
