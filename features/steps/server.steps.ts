import assert from 'node:assert/strict';
import { After, Given, Then, When } from '@cucumber/cucumber';
import {
  type PwnedPasswordsSimulator,
  startPwnedPasswordsSimulator,
} from '../../test/simulators/pwned-passwords-simulator.ts';
import type { Person } from '../support/person.ts';
import { SERVERS, STRONGER_HASHING, WITH_SAMPLE_USERS } from '../support/server-settings.ts';
import type { AppWorld } from '../support/world.ts';

const running = new WeakMap<AppWorld, PwnedPasswordsSimulator>();

Given('a production server', function (this: AppWorld) {
  return this.open(SERVERS.production);
});

Given('a production server that issues license files', function (this: AppWorld) {
  return this.open(SERVERS.selling);
});

Given('a production server with a sealing key', function (this: AppWorld) {
  return this.open(SERVERS.sealing);
});

Given('a production server with sample users', function (this: AppWorld) {
  return this.open({ ...SERVERS.production, ...WITH_SAMPLE_USERS });
});

Given('a development server', function (this: AppWorld) {
  return this.open(SERVERS.development);
});

Given('a development server with an administrator', function (this: AppWorld) {
  return this.open(SERVERS.administeredDevelopment);
});

Given('a development server with sample users', function (this: AppWorld) {
  return this.open({ ...SERVERS.development, ...WITH_SAMPLE_USERS });
});

Given('a development server with an administrator and sample users', function (this: AppWorld) {
  return this.open({ ...SERVERS.administeredDevelopment, ...WITH_SAMPLE_USERS });
});

Given('the minimum age is {int}', function (this: AppWorld, age: number) {
  return this.app.restart({ MINIMUM_AGE: String(age) });
});

Given('the server accepts any password of {int} characters', function (this: AppWorld, length: number) {
  return this.app.restart({ PASSWORD_MIN_LENGTH: String(length), PASSWORD_BLOCKLIST: 'off' });
});

Given(
  'the server looks passwords up among those of breaches, such as {string}',
  async function (this: AppWorld, password: string) {
    const breaches = await startPwnedPasswordsSimulator([password]);
    running.set(this, breaches);
    await this.app.restart({ BREACHED_PASSWORDS: breaches.baseUrl });
  },
);

Then('no other service was asked', function (this: AppWorld) {
  assert.deepEqual(running.get(this)?.paths, []);
});

After(function (this: AppWorld) {
  return running.get(this)?.close();
});

Given('the server has been restarted in development with open administration', function (this: AppWorld) {
  return this.app.restart({ NODE_ENV: 'development', ADMIN_API_KEY: undefined });
});

Given('the server has been restarted', function (this: AppWorld) {
  return this.app.restart({});
});

Given('the server has been restarted with sample users', function (this: AppWorld) {
  return this.app.restart(WITH_SAMPLE_USERS);
});

Given('the server has been restarted in production', function (this: AppWorld) {
  return this.app.restart({ NODE_ENV: 'production' });
});

Given(
  'the operator has reset the server and given {person} the password',
  async function (this: AppWorld, who: Person) {
    who.password = await this.app.server.reset();
  },
);

When('the operator resets the server', function (this: AppWorld) {
  return this.app.server.reset();
});

When('{duration} pass(es)', function (this: AppWorld, ms: number) {
  this.app.server.passTime(ms);
});

When('the clock of the server is {duration} behind', function (this: AppWorld, ms: number) {
  this.app.server.passTime(-ms);
});

When('the password hasher is overloaded', function (this: AppWorld) {
  this.app.server.overload(0);
});

Given('the password hasher is overloaded after {int} more password', function (this: AppWorld, free: number) {
  this.app.server.overload(free);
});

Given('the overload is over', function (this: AppWorld) {
  this.app.server.endOverload();
});

Given(
  'the hashing parameters are stronger than those of {whose} password',
  async function (this: AppWorld, who: Person) {
    this.hashBefore = await this.app.server.passwordHashOf(who.email);
    await this.app.restart(STRONGER_HASHING);
  },
);

Given('{person} has logged in since', async function (this: AppWorld, who: Person) {
  await who.logIn();
  this.hashBefore = await this.app.server.passwordHashOf(who.email);
});

Then('{whose} password has a hash with the current parameters', async function (this: AppWorld, who: Person) {
  assert.ok(await this.app.server.hasCurrentHash(who.email));
});

Then('{whose} password has the same hash as before', async function (this: AppWorld, who: Person) {
  assert.equal(await this.app.server.passwordHashOf(who.email), this.hashBefore);
});
