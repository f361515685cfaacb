import assert from 'node:assert/strict';
import { type DataTable, Then } from '@cucumber/cucumber';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { ThrottleExceeded } from '../../src/domain/throttle/throttle-policy.ts';
import type { AppError } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Then('{person} is/are rejected because {reason}', function (this: AppWorld, who: Person, code: AppError['code']) {
  assert.equal(this.errorOf(who).code, code);
});

Then(
  '{person} is/are rejected because {reason}, with the advice to reset it',
  function (this: AppWorld, who: Person, code: AppError['code']) {
    const error = this.errorOf(who);
    assert.equal(error.code, code);
    assert.match(error.messages.join(' '), /only a reset/);
  },
);

Then(
  '{person} is/are rejected because of too many attempts, for {duration}',
  function (this: AppWorld, who: Person, ms: number) {
    const error = this.errorOf(who);
    assert.ok(error instanceof ThrottleExceeded, error.message);
    assert.equal(error.retryAfterSeconds * 1000, ms);
  },
);

Then('{person} get(s) the errors', function (this: AppWorld, who: Person, table: DataTable) {
  const error = this.errorOf(who);
  assert.ok(error instanceof DomainError, error.message);
  assert.deepEqual([error.code, ...[...error.messages].sort()], ['user.invalid', ...table.raw().flat().sort()]);
});

Then('one of them is rejected because {reason}', function (this: AppWorld, code: AppError['code']) {
  assert.deepEqual(this.errors.map((error) => error?.code ?? 'in').sort(), ['in', code].sort());
});

Then(
  '{person} gets the same error for both, because {reason}',
  function (this: AppWorld, _: Person, code: AppError['code']) {
    const [one, other] = this.errors;
    assert.equal(one?.code, code);
    assert.deepEqual(other, one);
  },
);
