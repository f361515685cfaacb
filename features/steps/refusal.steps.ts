import assert from 'node:assert/strict';
import { type DataTable, Then } from '@cucumber/cucumber';
import { DomainError } from '../../src/domain/shared/domain-error.ts';
import { ThrottleExceeded } from '../../src/domain/throttle/throttle-policy.ts';
import type { Person } from '../support/person.ts';
import type { Refusal } from '../support/refusal.ts';
import type { AppWorld } from '../support/world.ts';

Then('{person} is/are refused because {reason}', function (this: AppWorld, who: Person, code: Refusal['code']) {
  assert.equal(this.refusalOf(who).code, code);
});

Then(
  '{person} is/are refused because {reason}, and told that a reset helps',
  function (this: AppWorld, who: Person, code: Refusal['code']) {
    const refusal = this.refusalOf(who);
    assert.equal(refusal.code, code);
    assert.match(refusal.messages.join(' '), /only a reset/);
  },
);

Then(
  '{person} is/are refused because of too many attempts, for {duration}',
  function (this: AppWorld, who: Person, ms: number) {
    const refusal = this.refusalOf(who);
    assert.ok(refusal instanceof ThrottleExceeded, refusal.message);
    assert.equal(refusal.retryAfterSeconds * 1000, ms);
  },
);

Then('{person} is/are told', function (this: AppWorld, who: Person, table: DataTable) {
  const refusal = this.refusalOf(who);
  assert.ok(refusal instanceof DomainError, refusal.message);
  assert.deepEqual([refusal.code, ...[...refusal.messages].sort()], ['user.invalid', ...table.raw().flat().sort()]);
});

Then('one of them is refused because {reason}', function (this: AppWorld, code: Refusal['code']) {
  assert.deepEqual(this.refusals.map((refusal) => refusal?.code ?? 'in').sort(), ['in', code].sort());
});

Then(
  '{person} gets one and the same refusal, because {reason}',
  function (this: AppWorld, _: Person, code: Refusal['code']) {
    const [one, other] = this.refusals;
    assert.equal(one?.code, code);
    assert.deepEqual(other, one);
  },
);
