import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from './domain-error.ts';
import { BrokenInvariant, invariant } from './invariant.ts';

describe('invariant', () => {
  it('says nothing while it holds', () => {
    assert.doesNotThrow(() => invariant(true, 'never seen'));
  });

  it('is our own fault when it breaks, and no refusal', () => {
    assert.throws(
      () => invariant(false, 'two seats, three machines'),
      (error) =>
        error instanceof BrokenInvariant &&
        !(error instanceof DomainError) &&
        error.message === 'two seats, three machines',
    );
  });
});
