import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import { aPasswordOf } from '../support/registration-data.ts';
import type { AppWorld } from '../support/world.ts';

const MADE_UP = 'bWFkZS11cC1zZXNzaW9uLW9mLWV4YWN0bHktNDMtY2hhcnM';

Given('{person} has logged in', (who: Person) => who.logIn());

Given('{person} has logged in on {whose} {device}', (who: Person, _: Person, device: string) => who.logIn({ device }));

Given(
  '{person} has logged in on {whose} {device} and on {whose} {device}',
  async (who: Person, _: Person, one: string, __: Person, other: string) => {
    await who.logIn({ device: one });
    await who.logIn({ device: other });
  },
);

Given(
  '{person} has logged in on {whose} {device} in the {word}',
  function (this: AppWorld, who: Person, _: Person, device: string, place: string) {
    return who.logIn({ device, ip: this.people.ipOf(place) });
  },
);

Given('{person} has logged out on {whose} {device}', (who: Person, _: Person, device: string) => who.logOut(device));

Given(
  '{person} has planted {whose} session on {whose} {device}',
  (_: Person, thief: Person, victim: Person, device: string) => victim.setSession(thief.sessionOn(), device),
);

Given('{person} has planted a made-up session on {whose} {device}', (_: Person, victim: Person, device: string) =>
  victim.setSession(MADE_UP, device),
);

When('{person} logs in', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.logIn());
});

When('{person} logs in on {whose} {device}', function (this: AppWorld, who: Person, _: Person, device: string) {
  return this.attempt(who, () => who.logIn({ device }));
});

When('{person} logs in as {string}', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => who.logIn({ email }));
});

When('{person} logs in with {string}', function (this: AppWorld, who: Person, password: string) {
  return this.attempt(who, () => who.logIn({ password }));
});

When('{person} logs in with {string} in NFC', function (this: AppWorld, who: Person, password: string) {
  return this.attempt(who, () => who.logIn({ password: password.normalize('NFC') }));
});

When('{person} logs in with {string} in NFD', function (this: AppWorld, who: Person, password: string) {
  return this.attempt(who, () => who.logIn({ password: password.normalize('NFD') }));
});

When('{person} logs in with a password of {int} characters', function (this: AppWorld, who: Person, length: number) {
  return this.attempt(who, () => who.logIn({ password: aPasswordOf(length) }));
});

When(
  '{person} logs in with {string} and {string}',
  function (this: AppWorld, who: Person, email: string, password: string) {
    return this.attempt(who, () => who.logIn({ email, password }));
  },
);

When(
  '{person} logs in with {whose} address and password',
  function (this: AppWorld, who: Person, { email, password }: Person) {
    return this.attempt(who, () => who.logIn({ email, password }));
  },
);

When(
  '{person} tries a password on {string} and on {string}',
  function (this: AppWorld, who: Person, one: string, other: string) {
    return this.attemptAll([() => who.logIn({ email: one }), () => who.logIn({ email: other })]);
  },
);

When('{person} logs out on {whose} {device}', function (this: AppWorld, who: Person, _: Person, device: string) {
  return this.attempt(who, () => who.logOut(device));
});

When('{person} sends a request with a made-up session', function (this: AppWorld, who: Person) {
  who.setSession(MADE_UP);
  return this.attempt(who, () => who.sendRequest());
});

Then('{person} is logged in', async (who: Person) => {
  assert.equal(await who.isLoggedIn(), true);
});

Then('{person} is logged in on {whose} {device}', async (who: Person, _: Person, device: string) => {
  assert.equal(await who.isLoggedIn(device), true);
});

Then('{person} is logged out', async (who: Person) => {
  assert.equal(await who.isLoggedIn(), false);
});

Then('{person} is logged out on {whose} {device}', async (who: Person, _: Person, device: string) => {
  assert.equal(await who.isLoggedIn(device), false);
});

Then('{person} has no session', async (who: Person) => {
  assert.equal(await who.isLoggedInSomewhere(), false);
});

Then('{person} can log in', (who: Person) => who.assertLogsInWith(who.password));

Then('{person} cannot log in', (who: Person) => who.assertCannotLogInWith(who.password));

Then('{person} cannot log in with {whose} old password', (who: Person, _: Person) =>
  who.assertCannotLogInWith(who.formerPassword),
);

Then('{whose} {device} shows another session', (who: Person, device: string) => {
  assert.notEqual(who.sessionOn(device), MADE_UP);
});

Then('the made-up session is invalid', async function (this: AppWorld) {
  const anonymous = this.people.called('an anonymous client');
  anonymous.setSession(MADE_UP);
  assert.equal(await anonymous.isLoggedIn(), false);
});

Then('{person} is logged in as {person}', async (who: Person, whom: Person) => {
  assert.equal(await who.sendRequest(), whom.email);
});
