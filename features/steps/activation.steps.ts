import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { ValidationCode } from '../../src/domain/license/license-validation.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('{whose} {device} is activated', async function (this: AppWorld, owner: Person, machine: string) {
  await this.licenses.activate(owner, machine);
});

Given(
  '{whose} {device} and {whose} {device} are activated',
  async function (this: AppWorld, owner: Person, one: string, _: Person, other: string) {
    await this.licenses.activate(owner, one);
    await this.licenses.activate(owner, other);
  },
);

When('{person} activates {whose} {device}', function (this: AppWorld, who: Person, owner: Person, machine: string) {
  return this.attempt(who, async () => {
    this.wasNew = await this.licenses.activate(owner, machine);
  });
});

When('{person} deactivates {whose} {device}', function (this: AppWorld, who: Person, owner: Person, machine: string) {
  return this.attempt(who, () => this.licenses.deactivate(owner, machine));
});

When(
  '{person} activates {whose} {device} without the license key',
  function (this: AppWorld, who: Person, owner: Person, machine: string) {
    const { id } = this.licenses.of(owner);
    return this.attempt(who, () => this.app.licenses.activate(who.on(), id, machine));
  },
);

When(
  '{person} activates {whose} {device} with the key of {whose} license',
  function (this: AppWorld, who: Person, owner: Person, machine: string, other: Person) {
    const visit = { ...who.on(), licenseKey: this.licenses.of(other).key };
    return this.attempt(who, () => this.app.licenses.activate(visit, this.licenses.of(owner).id, machine));
  },
);

When(
  '{int} machines ask {int} times at once to be activated on {whose} license',
  async function (this: AppWorld, machines: number, times: number, owner: Person) {
    await this.attemptAll(
      Array.from({ length: times }, (_, nth) => () => this.licenses.activate(owner, `machine-${nth % machines}`)),
    );
  },
);

Then(
  '{int} machines are activated on {whose} license, and all others were rejected because all seats are taken',
  async function (this: AppWorld, count: number, owner: Person) {
    const seated = await this.licenses.machines(owner);
    assert.equal(seated.length, count);
    for (const [nth, error] of this.errors.entries()) {
      const isSeated = seated.includes(`machine-${nth % 30}`);
      assert.equal(error?.code, isSeated ? undefined : 'license.activation-limit', `request ${nth}`);
    }
  },
);

Then('it is a new activation', function (this: AppWorld) {
  assert.equal(this.wasNew, true);
});

Then('it was activated before', function (this: AppWorld) {
  assert.equal(this.wasNew, false);
});

Then(
  '{int} machine(s) is/are activated on {whose} license',
  async function (this: AppWorld, count: number, owner: Person) {
    assert.equal((await this.licenses.machines(owner)).length, count);
    assert.equal((await this.licenses.read(owner, this.people.administrator)).activations, count);
  },
);

Then('the software runs on {whose} {device}', async function (this: AppWorld, owner: Person, machine: string) {
  assert.deepEqual(await this.licenses.validate(owner, { fingerprint: machine }), { valid: true, code: 'VALID' });
});

Then(
  'the software does not run on {whose} {device} because {result}',
  async function (this: AppWorld, owner: Person, machine: string, code: ValidationCode) {
    assert.deepEqual(await this.licenses.validate(owner, { fingerprint: machine }), { valid: false, code });
  },
);
