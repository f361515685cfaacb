import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { HOUSES, MORE_CAREFUL, WITH_SAMPLE_USERS } from '../support/houses.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('a house in production', function (this: AppWorld) {
  return this.open(HOUSES.production);
});

Given('a house that sells licenses', function (this: AppWorld) {
  return this.open(HOUSES.selling);
});

Given('a house in production with sample users', function (this: AppWorld) {
  return this.open({ ...HOUSES.production, ...WITH_SAMPLE_USERS });
});

Given('a house in development', function (this: AppWorld) {
  return this.open(HOUSES.development);
});

Given('a house in development with an administrator', function (this: AppWorld) {
  return this.open(HOUSES.administeredDevelopment);
});

Given('a house in development with sample users', function (this: AppWorld) {
  return this.open({ ...HOUSES.development, ...WITH_SAMPLE_USERS });
});

Given('the house lets in nobody under {int}', function (this: AppWorld, age: number) {
  return this.app.restart({ MINIMUM_AGE: String(age) });
});

Given('the house takes any password of {int} characters', function (this: AppWorld, length: number) {
  return this.app.restart({ PASSWORD_MIN_LENGTH: String(length), PASSWORD_BLOCKLIST: 'off' });
});

Given('the house has left production and opened its administration', function (this: AppWorld) {
  return this.app.restart({ NODE_ENV: 'development', ADMIN_API_KEY: undefined });
});

Given('the house has been started again', function (this: AppWorld) {
  return this.app.restart({});
});

Given('the house has been started again with sample users', function (this: AppWorld) {
  return this.app.restart(WITH_SAMPLE_USERS);
});

When('the operator lets the house begin anew', function (this: AppWorld) {
  return this.app.house.beginAnew();
});

When('{duration} pass(es)', function (this: AppWorld, ms: number) {
  this.app.house.passTime(ms);
});

When('everybody logs in at once', function (this: AppWorld) {
  this.app.house.crowd(0);
});

Given(
  'the house can check {int} password more before everybody logs in at once',
  function (this: AppWorld, free: number) {
    this.app.house.crowd(free);
  },
);

Given('the crowd has gone', function (this: AppWorld) {
  this.app.house.thinOut();
});

Given('the house keeps passwords more carefully than {whose} was kept', async function (this: AppWorld, who: Person) {
  this.keptBefore = await this.app.house.passwordHashOf(who.email);
  await this.app.restart(MORE_CAREFUL);
});

Given('{person} has logged in since', async function (this: AppWorld, who: Person) {
  await who.logIn();
  this.keptBefore = await this.app.house.passwordHashOf(who.email);
});

Then('{whose} password is kept as carefully as the house asks', async function (this: AppWorld, who: Person) {
  assert.ok(await this.app.house.keepsPasswordAsAsked(who.email));
});

Then('{whose} password is kept as it was before', async function (this: AppWorld, who: Person) {
  assert.equal(await this.app.house.passwordHashOf(who.email), this.keptBefore);
});
