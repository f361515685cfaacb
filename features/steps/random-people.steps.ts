import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import { mustBeRefused } from '../support/refusal.ts';
import type { AppWorld } from '../support/world.ts';

Given('random people are not to be had', function (this: AppWorld) {
  this.app.house.randomPeople.fallSilent();
});

Given('the same people come again and again', function (this: AppWorld) {
  this.app.house.randomPeople.sendTheSameAgain();
});

Given('{person} has let {int} random people in', async function (this: AppWorld, who: Person, count: number) {
  assert.equal((await this.app.randomPeople.letIn(who.on(), count)).length, count);
});

When('{person} lets {int} random people in', function (this: AppWorld, who: Person, count: number) {
  return this.attempt(who, async () => {
    this.newcomers = await this.app.randomPeople.letIn(who.on(), count);
  });
});

Then('{int} of them come in', function (this: AppWorld, count: number) {
  assert.equal(this.newcomers.length, count);
});

Then('{int} people with a name have an account', async function (this: AppWorld, count: number) {
  const { users, next } = await this.app.listUsers(this.people.administrator.on(), { limit: 100 });
  assert.deepEqual([users.length, next], [count, undefined]);
  for (const { name } of users) assert.match(name ?? '', /\S/);
  for (const newcomer of this.newcomers)
    assert.ok(users.some(({ id, email }) => id === newcomer.id && email === newcomer.email));
});

Then('nobody can log in as any of them', async function (this: AppWorld) {
  const stranger = this.people.called('a stranger').on();
  for (const { email } of this.newcomers) {
    assert.equal(await this.app.house.passwordHashOf(email), null);
    await mustBeRefused('credentials.wrong', () => this.app.logIn(stranger, { email, password: '' }));
  }
});

Then('no letter reaches any of them', async function (this: AppWorld) {
  for (const { email } of this.newcomers) assert.deepEqual(await this.subjectsOfLettersTo(email), []);
});
