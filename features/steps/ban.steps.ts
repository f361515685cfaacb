import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} has been banned', async function (this: AppWorld, who: Person) {
  await this.app.banUser(this.people.administrator.on(), who.id);
});

When('{person} bans {person}', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => this.app.banUser(who.on(), whom.id));
});

When(
  '{person} bans {person} because of {string}',
  function (this: AppWorld, who: Person, whom: Person, reason: string) {
    return this.attempt(who, () => this.app.banUser(who.on(), whom.id, reason));
  },
);

When('{person} unbans {person}', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => this.app.unbanUser(who.on(), whom.id));
});

Then('{whose} record shows no ban', async function (this: AppWorld, who: Person) {
  const { status, ban } = await this.recordOf(who);
  assert.deepEqual([status, ban], ['active', null]);
});

Then(
  '{whose} record shows a ban since {duration} because of {string}',
  async function (this: AppWorld, who: Person, ms: number, reason: string) {
    const { status, ban } = await this.recordOf(who);
    assert.deepEqual([status, ban], ['banned', { at: this.inTime(-ms), reason }]);
  },
);

When(
  '{int} licenses are issued to {person} while {person} bans {person}',
  async function (this: AppWorld, count: number, owner: Person, who: Person, _: Person) {
    const orders = Array.from({ length: count }, () => this.app.licenses.issue(who.on(), owner.id, {}));
    await Promise.allSettled([...orders, this.app.banUser(who.on(), owner.id)]);
  },
);

Then('no license of {person} is valid', async function (this: AppWorld, owner: Person) {
  for (const { key } of await this.app.licenses.listOf(this.people.administrator.on(), owner.id)) {
    const { code } = await this.app.licenses.validate(owner.on(), { licenseKey: key });
    assert.equal(code, 'BANNED');
  }
});
