import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { anId } from '../../test/builders/ids.ts';
import { particularsIn } from '../support/particulars.ts';
import type { Person } from '../support/person.ts';
import { mustBeWholeRecord } from '../support/records.ts';
import type { AppWorld } from '../support/world.ts';

const ANOTHER = 'quite another password';
const WRONG = 'not the password';

When('{person} looks at {whose} record', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, async () => {
    this.seen = await this.app.readUser(who.on(), owner.id);
  });
});

When('{person} looks at a record that nobody has', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.readUser(who.on(), anId(404)));
});

When('{person} calls herself {string}', function (this: AppWorld, who: Person, name: string) {
  return this.attempt(who, () => who.change({ name }));
});

Given('{person} has called herself {string}', (who: Person, name: string) => who.change({ name }));

When('{person} calls {person} {string}', function (this: AppWorld, who: Person, whom: Person, name: string) {
  return this.attempt(who, () => this.app.changeUser(who.on(), whom.id, { name }));
});

When('{person} drops {whose} name', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.change({ name: null }));
});

When('{person} turns {int}', function (this: AppWorld, who: Person, age: number) {
  return this.attempt(who, () => who.change({ age }));
});

When('{person} changes {whose} record to', function (this: AppWorld, who: Person, _: Person, table: DataTable) {
  return this.attempt(who, () => who.change({ ...particularsIn(table), currentPassword: who.password }));
});

Given('{person} has moved to {string}', async (who: Person, email: string) => {
  await who.logIn({ device: 'tablet' });
  await who.moveTo(email, 'tablet');
});

When(
  '{person} moves to {string} with {whose} current password',
  function (this: AppWorld, who: Person, email: string, _: Person) {
    return this.attempt(who, () => who.moveTo(email));
  },
);

When('{person} moves to {string} with a wrong password', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => who.change({ email, currentPassword: WRONG }));
});

When('{person} moves to {string} without a password', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => who.change({ email }));
});

When('{person} moves {person} to {string}', function (this: AppWorld, who: Person, whom: Person, email: string) {
  return this.attempt(who, () => this.app.changeUser(who.on(), whom.id, { email }));
});

Given('{person} has changed {whose} password', (who: Person, _: Person) => who.changePassword(ANOTHER));

When('{person} changes {whose} password', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => whom.changePassword(ANOTHER, { by: who }));
});

When(
  '{person} changes {whose} password to {string}',
  function (this: AppWorld, who: Person, _: Person, password: string) {
    return this.attempt(who, () => who.changePassword(password));
  },
);

When(
  '{person} changes {whose} password on {whose} {device}',
  function (this: AppWorld, who: Person, _: Person, __: Person, device: string) {
    return this.attempt(who, () => who.changePassword(ANOTHER, { device }));
  },
);

When('{person} changes {whose} password with a wrong current one', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.change({ password: ANOTHER, currentPassword: WRONG }));
});

When('{person} changes {whose} password without the current one', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.change({ password: ANOTHER }));
});

Given('{person} has left', async (who: Person) => {
  await who.logIn({ device: 'tablet' });
  await who.leave('tablet');
});

Given('{people} have left', async (everybody: Person[]) => {
  for (const who of everybody) {
    await who.logIn();
    await who.leave();
  }
});

Given('{person} has come back', (who: Person) => who.register());

When('{person} leaves', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.leave());
});

When('{person} removes {person}', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => this.app.deleteUser(who.on(), whom.id));
});

Then(
  '{person} see(s) {whose} address, name, age and when {person} came, and nothing else',
  function (this: AppWorld, _: Person, owner: Person, __: Person) {
    mustBeWholeRecord(this.seen, owner);
  },
);

Then('{whose} record shows what {person} gave', async function (this: AppWorld, who: Person, _: Person) {
  mustBeWholeRecord(await this.recordOf(who), who);
});

Then('{whose} record shows the address {string}', async function (this: AppWorld, who: Person, email: string) {
  assert.equal((await this.recordOf(who)).email, email);
});

Then('{whose} record shows the name {string}', async function (this: AppWorld, who: Person, name: string) {
  assert.equal((await this.recordOf(who)).name, name);
});

Then('{whose} record shows no name', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).name, null);
});

Then('{whose} record shows the age of {int}', async function (this: AppWorld, who: Person, age: number) {
  assert.equal((await this.recordOf(who)).age, age);
});

Then('{whose} record shows no age', async function (this: AppWorld, who: Person) {
  assert.equal((await this.recordOf(who)).age, null);
});
