import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('the post is closed', function (this: AppWorld) {
  this.app.house.closePost();
});

Given('the post was closed when {person} registered', function (this: AppWorld, who: Person) {
  return this.whilePostIsClosed(() => who.register());
});

Given('the post was closed when {person} asked for a reset', function (this: AppWorld, who: Person) {
  return this.whilePostIsClosed(() => this.app.askForReset(who.on(), who.email));
});

When('the post opens {duration} later', function (this: AppWorld, ms: number) {
  this.app.house.passTime(ms);
  this.app.house.openPost();
});

Then('one {letter} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfLettersTo(who.email, subject), [subject]);
});

Then('one {letter} reaches {string}', async function (this: AppWorld, subject: string, address: string) {
  assert.deepEqual(await this.subjectsOfLettersTo(address, subject), [subject]);
});

Then('one more {letter} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.equal((await this.subjectsOfLettersTo(who.email, subject)).length, this.lettersBefore + 1);
});

Then('only the {letter} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfLettersTo(who.email), [subject]);
});

Then('no letter to {string} says {string}', async function (this: AppWorld, address: string, words: string) {
  const letters = (await this.app.house.letters()).filter(({ to }) => to === address);
  assert.deepEqual(
    letters.filter((letter) => JSON.stringify(letter).includes(words)),
    [],
  );
});

Then('no letter reaches {person}', async function (this: AppWorld, who: Person) {
  assert.deepEqual(await this.subjectsOfLettersTo(who.email), []);
});

Then('no letter reaches {string}', async function (this: AppWorld, address: string) {
  assert.deepEqual(await this.subjectsOfLettersTo(address), []);
});

Then('no {letter} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfLettersTo(who.email, subject), []);
});
