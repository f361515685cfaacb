import { type DataTable, Given, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import { aPasswordOf, registrationDataIn } from '../support/registration-data.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} has registered', (who: Person) => who.register());

Given('{person} has registered as {string}', (who: Person, email: string) => who.register({ email }));

Given('{person} has registered at the age of {int}', (who: Person, age: number) => who.register({ age }));

Given('{person} has registered and logged in', async (who: Person) => {
  await who.register();
  await who.logIn();
});

Given('{people} have registered', async (people: Person[]) => {
  for (const who of people) await who.register();
});

Given('Renée has registered with {string} in NFC', async function (this: AppWorld, password: string) {
  await this.people.called('Renée').register({ password: password.normalize('NFC') });
});

Given('Renée has registered with {string} in NFD', async function (this: AppWorld, password: string) {
  await this.people.called('Renée').register({ password: password.normalize('NFD') });
});

When('{person} registers', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.register());
});

When('{person} registers without a name', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.register({ name: undefined }));
});

When('{person} registers as {string}', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => who.register({ email }));
});

When('{person} registers at the age of {int}', function (this: AppWorld, who: Person, age: number) {
  return this.attempt(who, () => who.register({ age }));
});

When('{person} registers with the password {string}', function (this: AppWorld, who: Person, password: string) {
  return this.attempt(who, () => who.register({ password }));
});

When('{person} registers with a password of {int} characters', function (this: AppWorld, who: Person, length: number) {
  return this.attempt(who, () => who.register({ password: aPasswordOf(length) }));
});

When('{person} registers with', function (this: AppWorld, who: Person, table: DataTable) {
  return this.attempt(who, () => who.register(registrationDataIn(table)));
});

When('{people} register as {string} at the same moment', function (this: AppWorld, people: Person[], email: string) {
  return this.attemptAll(people.map((who) => () => who.register({ email })));
});
