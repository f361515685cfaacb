import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import { assertCompleteRecord } from '../support/records.ts';
import { registrationDataIn } from '../support/registration-data.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} has created an account for {person} with only an address', (who: Person, whom: Person) =>
  whom.getCreatedBy(who),
);

When(
  '{person} creates an account for {person} with only an address',
  function (this: AppWorld, who: Person, whom: Person) {
    return this.attempt(who, () => whom.getCreatedBy(who));
  },
);

When(
  '{person} creates an account for {person} with a password, a name and an age',
  function (this: AppWorld, who: Person, whom: Person) {
    return this.attempt(who, () => whom.getCreatedBy(who, whom.registrationData));
  },
);

When(
  '{person} creates an account for {person} with',
  function (this: AppWorld, who: Person, whom: Person, table: DataTable) {
    return this.attempt(who, () => whom.getCreatedBy(who, registrationDataIn(table)));
  },
);

Given('{person} has read the first {int}', function (this: AppWorld, who: Person, limit: number) {
  return this.reader.open(who.on(), { limit });
});

When('{person} read on, {int} a page', function (this: AppWorld, who: Person, limit: number) {
  return this.attempt(who, () => this.reader.readOn(who.on(), limit));
});

When('{person} reads the list {int} a page', function (this: AppWorld, who: Person, limit: number) {
  return this.attempt(who, () => this.reader.readAll(who.on(), { limit }));
});

When('{person} looks for {string}', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => this.reader.readAll(who.on(), { limit: 5, email }));
});

Then(
  '{person} has/have seen {people} on {int} page(s)',
  function (this: AppWorld, _: Person, whom: Person[], pages: number) {
    assert.deepEqual(
      this.reader.addresses,
      whom.map(({ email }) => email),
    );
    assert.equal(this.reader.pages, pages);
  },
);

Then('{person} have seen {person} alone', function (this: AppWorld, _: Person, whom: Person) {
  assert.deepEqual(this.reader.addresses, [whom.email]);
});

Then('{person} have seen no users on {int} page(s)', function (this: AppWorld, _: Person, pages: number) {
  assert.deepEqual([this.reader.addresses, this.reader.pages], [[], pages]);
});

Then(
  'the list shows of {people} their address, name, age, creation time and status, and nothing else',
  function (this: AppWorld, whom: Person[]) {
    assert.equal(this.reader.shown.length, whom.length);
    for (const [index, who] of whom.entries()) assertCompleteRecord(this.reader.shown[index], who);
  },
);

Then('there are no accounts', async function (this: AppWorld) {
  assert.deepEqual(await this.allAddresses(), []);
});

Then('{person} has an account', async function (this: AppWorld, who: Person) {
  assert.ok((await this.allAddresses()).includes(who.email));
});

Then('only {person} has an account', async function (this: AppWorld, who: Person) {
  assert.deepEqual(await this.allAddresses(), [who.email]);
});

Then('only {people} have an account', async function (this: AppWorld, whom: Person[]) {
  assert.deepEqual(
    await this.allAddresses(),
    whom.map(({ email }) => email),
  );
});
