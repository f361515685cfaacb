import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { particularsIn } from '../support/particulars.ts';
import type { Person } from '../support/person.ts';
import { mustBeWholeRecord } from '../support/records.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} has let {person} in by {whose} address alone', (who: Person, whom: Person, _: Person) =>
  whom.beLetInBy(who),
);

When(
  '{person} lets {person} in by {whose} address alone',
  function (this: AppWorld, who: Person, whom: Person, _: Person) {
    return this.attempt(who, () => whom.beLetInBy(who));
  },
);

When(
  '{person} lets {person} in with a password, a name and an age',
  function (this: AppWorld, who: Person, whom: Person) {
    return this.attempt(who, () => whom.beLetInBy(who, whom.particulars));
  },
);

When('{person} lets {person} in with', function (this: AppWorld, who: Person, whom: Person, table: DataTable) {
  return this.attempt(who, () => whom.beLetInBy(who, particularsIn(table)));
});

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
  '{person} have seen {people} on {int} page(s)',
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

Then('{person} have seen nobody on {int} page(s)', function (this: AppWorld, _: Person, pages: number) {
  assert.deepEqual([this.reader.addresses, this.reader.pages], [[], pages]);
});

Then(
  'the list shows of {people} their address, name, age and when they came, and nothing else',
  function (this: AppWorld, whom: Person[]) {
    assert.equal(this.reader.shown.length, whom.length);
    for (const [index, who] of whom.entries()) mustBeWholeRecord(this.reader.shown[index], who);
  },
);

Then('nobody has an account', async function (this: AppWorld) {
  assert.deepEqual(await this.addressesOfEverybody(), []);
});

Then('{person} has an account', async function (this: AppWorld, who: Person) {
  assert.ok((await this.addressesOfEverybody()).includes(who.email));
});

Then('only {person} has an account', async function (this: AppWorld, who: Person) {
  assert.deepEqual(await this.addressesOfEverybody(), [who.email]);
});

Then('only {people} have an account', async function (this: AppWorld, whom: Person[]) {
  assert.deepEqual(
    await this.addressesOfEverybody(),
    whom.map(({ email }) => email),
  );
});
