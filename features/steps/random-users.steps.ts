import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('the random user service is down', function (this: AppWorld) {
  this.app.server.randomPeople.goDown();
});

Given('the random user service always returns the same people', function (this: AppWorld) {
  this.app.server.randomPeople.repeat();
});

Given('{person} has imported {int} random users', async function (this: AppWorld, who: Person, count: number) {
  assert.equal((await this.app.randomUsers.importUsers(who.on(), count)).length, count);
});

When('{person} imports {int} random users', function (this: AppWorld, who: Person, count: number) {
  return this.attempt(who, async () => {
    this.imported = await this.app.randomUsers.importUsers(who.on(), count);
  });
});

Then('{int} of them are created', function (this: AppWorld, count: number) {
  assert.equal(this.imported.length, count);
});

Then('there are {int} accounts with a name', async function (this: AppWorld, count: number) {
  const { users, next } = await this.app.listUsers(this.people.administrator.on(), { limit: 100 });
  assert.deepEqual([users.length, next], [count, undefined]);
  for (const { name } of users) assert.match(name ?? '', /\S/);
  for (const user of this.imported) assert.ok(users.some(({ id, email }) => id === user.id && email === user.email));
});

Then('none of them can log in', async function (this: AppWorld) {
  const anonymous = this.people.called('an anonymous client').on();
  for (const { email } of this.imported) {
    assert.equal(await this.app.server.passwordHashOf(email), null);
    await mustReject('credentials.wrong', () => this.app.logIn(anonymous, { email, password: '' }));
  }
});

Then('no email reaches any of them', async function (this: AppWorld) {
  for (const { email } of this.imported) assert.deepEqual(await this.subjectsOfEmailsTo(email), []);
});
