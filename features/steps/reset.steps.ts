import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { mustReject } from '../support/expected-errors.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} holds a reset token', (who: Person) => who.fetchResetToken());

Given('{person} holds an older and a newer reset token', async (who: Person) => {
  await who.fetchResetToken();
  await who.fetchResetToken();
});

Given('{person} has reset {whose} password with a token', async (who: Person, _: Person) => {
  await who.fetchResetToken();
  await who.resetPassword();
});

Given(
  '{person} has tried to reset {whose} password to {string} without success',
  (who: Person, _: Person, password: string) => mustReject('user.invalid', () => who.resetPassword({ password })),
);

Given('{person} has tried {whose} token for his own address without success', (who: Person, owner: Person) =>
  mustReject('password-reset.refused', () => who.resetPassword({ token: owner.resetToken() })),
);

When('{person} asks for a reset', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.askForReset(who, who.email));
});

When('{person} asks for a reset for {string}', function (this: AppWorld, who: Person, email: string) {
  return this.attempt(who, () => this.askForReset(who, email));
});

When('{person} asks for a reset of {whose} password', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.askForReset(who, owner.email));
});

When('{person} resets {whose} password', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.resetPassword());
});

When(
  '{person} resets {whose} password to {string}',
  function (this: AppWorld, who: Person, _: Person, password: string) {
    return this.attempt(who, () => who.resetPassword({ password }));
  },
);

When('{person} resets {whose} password as {string}', function (this: AppWorld, who: Person, _: Person, email: string) {
  return this.attempt(who, () => who.resetPassword({ email }));
});

When('{person} resets {whose} password with the same/newer token', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.resetPassword({ token: who.resetToken() }));
});

When('{person} resets {whose} password with the older token', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.resetPassword({ token: who.resetToken(0) }));
});

When(
  '{person} resets {whose} password with the token in {whose} email',
  function (this: AppWorld, who: Person, _: Person, __: Person) {
    return this.attempt(who, async () => who.resetPassword({ token: await who.tokenInEmail() }));
  },
);

When(
  '{person} resets {whose} password to {string} with a made-up token',
  function (this: AppWorld, who: Person, owner: Person, password: string) {
    return this.attempt(who, () => who.resetPassword({ email: owner.email, token: 'made-up', password }));
  },
);

When('{person} resets {whose} password with it', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => who.resetPassword({ email: owner.email }));
});

When('{person} resets {whose} password with a made-up token', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => who.resetPassword({ email: owner.email, token: 'made-up' }));
});

When('{whose} token is used twice at the same moment, for two passwords', async function (this: AppWorld, who: Person) {
  const reset = { email: who.email, token: who.resetToken() };
  const use = (newPassword: string) => () => this.app.resetPassword(who.on(), { ...reset, newPassword });
  await this.attemptAll([use('one of two passwords'), use('the other password')]);
});

Then('exactly one of the two passwords is valid', async function (this: AppWorld) {
  const ada = this.people.called('Ada');
  const [one, other] = this.errors;
  assert.deepEqual([one?.code, other?.code].sort(), ['password-reset.refused', undefined]);
  await ada.assertLogsInWith(one === undefined ? 'one of two passwords' : 'the other password');
  await ada.assertCannotLogInWith(one === undefined ? 'the other password' : 'one of two passwords');
});

Then('{person} receives a token', function (this: AppWorld, _: Person) {
  assert.match(this.returnedToken ?? '', /^\S{43}$/);
});

Then('{person} receives no token', function (this: AppWorld, _: Person) {
  assert.equal(this.returnedToken, undefined);
});

Then('a reset email with that token reaches {person}', async function (this: AppWorld, who: Person) {
  assert.equal(await who.tokenInEmail(), this.returnedToken);
});
