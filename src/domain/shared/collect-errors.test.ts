import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Age } from '../user/age.ts';
import { Email } from '../user/email.ts';
import { UserName } from '../user/user-name.ts';
import { collectErrors } from './collect-errors.ts';
import { DomainError } from './domain-error.ts';
import { BrokenInvariant } from './invariant.ts';

describe('collectErrors', () => {
  it('returns every part, parsed', () => {
    const parts = collectErrors('user.invalid', { email: () => Email.parse('ada@example.com'), age: () => null });
    assert.deepEqual(parts, { email: 'ada@example.com', age: null });
  });

  it('reports all violated rules at once, in the order of the parts', () => {
    const parse = () =>
      collectErrors('user.invalid', {
        email: () => Email.parse('missing'),
        age: () => Age.parse(17, 18),
        parsed: () => 'fine',
        name: () => UserName.parse(''),
      });
    assert.throws(parse, {
      code: 'user.invalid',
      messages: [
        'email must be an email address such as ada@example.com.',
        'age must be a whole number from 18 to 130.',
        'name must be 1 to 200 characters on one line.',
      ],
    });
  });

  it('keeps every message of a part that violates several rules', () => {
    const parse = () =>
      collectErrors('user.invalid', {
        one: () => {
          throw new DomainError('user.invalid', ['First.', 'Second.']);
        },
        other: () => {
          throw new DomainError('id.malformed', 'Third.');
        },
      });
    assert.throws(parse, { code: 'user.invalid', messages: ['First.', 'Second.', 'Third.'] });
  });

  it('throws any other error as it is', () => {
    const parse = () =>
      collectErrors('user.invalid', {
        email: () => Email.parse('missing'),
        age: () => {
          throw new BrokenInvariant('a bug');
        },
      });
    assert.throws(parse, BrokenInvariant);
  });
});
