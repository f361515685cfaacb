import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('the mail server is down', function (this: AppWorld) {
  this.app.server.stopMailServer();
});

Given('the mail server was down when {person} registered', function (this: AppWorld, who: Person) {
  return this.whileMailServerIsDown(() => who.register());
});

Given('the mail server was down when {person} asked for a reset', function (this: AppWorld, who: Person) {
  return this.whileMailServerIsDown(() => this.app.askForReset(who.on(), who.email));
});

When('the mail server is back {duration} later', function (this: AppWorld, ms: number) {
  this.app.server.passTime(ms);
  this.app.server.startMailServer();
});

Then('one {email} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email, subject), [subject]);
});

Given('one {email} has reached {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email, subject), [subject]);
});

Then('one {email} reaches {string}', async function (this: AppWorld, subject: string, address: string) {
  assert.deepEqual(await this.subjectsOfEmailsTo(address, subject), [subject]);
});

Then('one more {email} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.equal((await this.subjectsOfEmailsTo(who.email, subject)).length, this.emailsBefore + 1);
});

Then('only the {email} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email), [subject]);
});

Then('only the {email} reaches {string}', async function (this: AppWorld, subject: string, address: string) {
  assert.deepEqual(await this.subjectsOfEmailsTo(address), [subject]);
});

Then('a second {email} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email, subject), [subject, subject]);
});

Then('an email to {string} says {string}', async function (this: AppWorld, address: string, words: string) {
  const emails = (await this.app.server.sentEmails()).filter(({ to }) => to === address);
  assert.ok(emails.some(({ text }) => text.includes(words)));
});

Then('no email to {string} says {string}', async function (this: AppWorld, address: string, words: string) {
  const emails = (await this.app.server.sentEmails()).filter(({ to }) => to === address);
  assert.deepEqual(
    emails.filter((email) => JSON.stringify(email).includes(words)),
    [],
  );
});

Then('no email reaches {person}', async function (this: AppWorld, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email), []);
});

Then('{int} emails reach {string}', async function (this: AppWorld, count: number, address: string) {
  assert.equal((await this.subjectsOfEmailsTo(address)).length, count);
});

Then('no email reaches {string}', async function (this: AppWorld, address: string) {
  assert.deepEqual(await this.subjectsOfEmailsTo(address), []);
});

Then('no {email} reaches {person}', async function (this: AppWorld, subject: string, who: Person) {
  assert.deepEqual(await this.subjectsOfEmailsTo(who.email, subject), []);
});
