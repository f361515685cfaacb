import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { anId } from '../../test/builders/ids.ts';
import type { Person } from '../support/person.ts';
import { assertCompleteRecord } from '../support/records.ts';
import { registrationDataIn } from '../support/registration-data.ts';
import type { AppWorld } from '../support/world.ts';

const ANOTHER = 'quite another password';
const WRONG = 'not the password';

When('{person} reads {whose} record', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, async () => {
    this.seen = await this.app.readUser(who.on(), owner.id);
  });
});

When('{person} reads a record that does not exist', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.readUser(who.on(), anId(404)));
});

Given('{person} has changed {whose} name to {string}', (who: Person, _: Person, name: string) => who.change({ name }));

When('{person} changes {whose} name to {string}', function (this: AppWorld, who: Person, whom: Person, name: string) {
  return this.attempt(who, () => this.app.changeUser(who.on(), whom.id, { name }));
});

When('{person} removes {whose} name', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.change({ name: null }));
});

When('{person} changes the age to {int}', function (this: AppWorld, who: Person, age: number) {
  return this.attempt(who, () => who.change({ age }));
});

When('{person} changes {whose} record to', function (this: AppWorld, who: Person, _: Person, table: DataTable) {
  return this.attempt(who, () => who.change({ ...registrationDataIn(table), currentPassword: who.password }));
});

Given('{person} has changed the address to {string}', async (who: Person, email: string) => {
  await who.logIn({ device: 'tablet' });
  await who.changeEmail(email, 'tablet');
});

When(
  '{person} changes the address to {string} with {whose} current password',
  function (this: AppWorld, who: Person, email: string, _: Person) {
    return this.attempt(who, () => who.changeEmail(email));
  },
);

When(
  '{person} changes the address to {string} with a wrong password',
  function (this: AppWorld, who: Person, email: string) {
    return this.attempt(who, () => who.change({ email, currentPassword: WRONG }));
  },
);

When(
  '{person} changes the address to {string} without a password',
  function (this: AppWorld, who: Person, email: string) {
    return this.attempt(who, () => who.change({ email }));
  },
);

When(
  '{person} changes {whose} address to {string}',
  function (this: AppWorld, who: Person, whom: Person, email: string) {
    return this.attempt(who, () => this.app.changeUser(who.on(), whom.id, { email }));
  },
);

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

Given('{person} has deleted {whose} account', async (who: Person, _: Person) => {
  await who.logIn({ device: 'tablet' });
  await who.deleteAccount('tablet');
});

Given('{people} have deleted their accounts', async (people: Person[]) => {
  for (const who of people) {
    await who.logIn();
    await who.deleteAccount();
  }
});

Given('{person} has registered again', (who: Person) => who.register());

When('{person} deletes {whose} account', function (this: AppWorld, who: Person, whom: Person) {
  return this.attempt(who, () => this.app.deleteUser(who.on(), whom.id));
});

Then(
  '{person} see(s) {whose} address, name, age, creation time and status, and nothing else',
  function (this: AppWorld, _: Person, owner: Person) {
    assertCompleteRecord(this.seen, owner);
  },
);

Then('{whose} record shows the given data', async function (this: AppWorld, who: Person) {
  assertCompleteRecord(await this.recordOf(who), who);
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
