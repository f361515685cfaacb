import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given(
  'the application on {whose} {device} has fetched a license file',
  function (this: AppWorld, owner: Person, machine: string) {
    return this.licenses.fetchFile(owner, machine);
  },
);

Given(
  'the application on {whose} {device} has fetched a license file for {duration}',
  function (this: AppWorld, owner: Person, machine: string, ms: number) {
    return this.licenses.fetchFile(owner, machine, ms);
  },
);

When(
  'the application on {whose} {device} fetches a license file',
  function (this: AppWorld, owner: Person, machine: string) {
    return this.attempt(owner, () => this.licenses.fetchFile(owner, machine));
  },
);

When(
  'the application on {whose} {device} fetches a license file for {duration}',
  function (this: AppWorld, owner: Person, machine: string, ms: number) {
    return this.attempt(owner, () => this.licenses.fetchFile(owner, machine, ms));
  },
);

When(
  'the clock of {whose} {device} is {duration} behind',
  function (this: AppWorld, _: Person, __: string, ms: number) {
    this.licenses.clockOffsetMs = -ms;
  },
);

When('the operator rotates the keys', function (this: AppWorld) {
  return this.app.server.rotateKeys();
});

Then('the software runs offline on {whose} {device}', async function (this: AppWorld, owner: Person, machine: string) {
  assert.equal(await this.licenses.runsOffline(owner, machine), true);
});

Then(
  'the software does not run offline on {whose} {device}',
  async function (this: AppWorld, owner: Person, machine: string) {
    assert.equal(await this.licenses.runsOffline(owner, machine), false);
  },
);

Then(
  'the software does not run offline on {whose} {device} with the file of {whose} {device}',
  async function (this: AppWorld, owner: Person, machine: string, _: Person, other: string) {
    assert.equal(await this.licenses.runsOffline(owner, machine, other), false);
  },
);

Then(
  'the published keys verify the file of {whose} {device}',
  async function (this: AppWorld, owner: Person, machine: string) {
    const keys = await this.app.licenses.publicKeys();
    assert.equal(await this.licenses.runsOffline(owner, machine, machine, keys), true);
  },
);
