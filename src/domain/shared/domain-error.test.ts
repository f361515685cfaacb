import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from './domain-error.ts';

describe('DomainError', () => {
  it('carries its code and one sentence', () => {
    const error = new DomainError('user.not-found', 'There is no such user.');
    assert.equal(error.code, 'user.not-found');
    assert.deepEqual(error.messages, ['There is no such user.']);
    assert.equal(error.name, 'DomainError');
  });

  it('joins its messages in its message', () => {
    const error = new DomainError('user.invalid', ['Too young.', 'Too short.']);
    assert.deepEqual(error.messages, ['Too young.', 'Too short.']);
    assert.equal(error.message, 'Too young. Too short.');
  });

  it('keeps its cause', () => {
    const cause = new Error('the store said so');
    assert.equal(new DomainError('user.stale', 'Changed since.', { cause }).cause, cause);
  });
});
