import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Move } from '../support/license-driver.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('{person} has read {whose} record', async function (this: AppWorld, who: Person, owner: Person) {
  this.versionRead = await this.app.versionOfUser(who.on(), owner.id);
});

Given('{person} has read {whose} license', async function (this: AppWorld, who: Person, owner: Person) {
  this.versionRead = await this.app.licenses.versionOf(who.on(), this.licenses.of(owner).id);
});

/** A request of `who` that changes nothing but the version they have read. */
const ifAsRead = ({ versionRead }: AppWorld, who: Person) => ({ ...who.on(), acceptedVersions: [versionRead] });

When(
  '{person} changes the name of the version of {person} {person} read to {string}',
  function (this: AppWorld, who: Person, owner: Person, _: Person, name: string) {
    return this.attempt(who, () => this.app.changeUser(ifAsRead(this, who), owner.id, { name }));
  },
);

When(
  '{person} changes the name of the version of {person} {person} read to {string} and to {string} at the same time',
  function (this: AppWorld, who: Person, owner: Person, _: Person, one: string, other: string) {
    return this.attemptAll(
      [one, other].map((name) => () => this.app.changeUser(ifAsRead(this, who), owner.id, { name })),
    );
  },
);

When(
  '{person} deletes the version of {person} {person} read',
  function (this: AppWorld, who: Person, owner: Person, _: Person) {
    return this.attempt(who, () => this.app.deleteUser(ifAsRead(this, who), owner.id));
  },
);

When(
  '{person} {moves} the version of {whose} license {person} read',
  function (this: AppWorld, who: Person, move: Move, owner: Person, _: Person) {
    return this.attempt(who, () => this.app.licenses.move(ifAsRead(this, who), this.licenses.of(owner).id, move));
  },
);

/** Keeps the response of a request. */
const keep = async (world: AppWorld, response: Promise<object>): Promise<void> => {
  world.responses.push(await response);
};

const create = (world: AppWorld, who: Person, whom: Person, idempotencyKey: string) =>
  keep(world, whom.getCreatedBy(who, {}, { idempotencyKey }));

Given(
  '{person} has created an account for {person} with the key {string}',
  function (this: AppWorld, who: Person, whom: Person, key: string) {
    return create(this, who, whom, key);
  },
);

When(
  '{person} creates an account for {person} with the key {string}',
  function (this: AppWorld, who: Person, whom: Person, key: string) {
    return this.attempt(who, () => create(this, who, whom, key));
  },
);

When(
  '{person} creates an account for {person} with the key {string} twice at the same time',
  function (this: AppWorld, who: Person, whom: Person, key: string) {
    return this.attempt(who, () => Promise.all([create(this, who, whom, key), create(this, who, whom, key)]));
  },
);

const issue = (world: AppWorld, who: Person, owner: Person, idempotencyKey: string) =>
  keep(world, world.licenses.issue(who, owner, {}, { idempotencyKey }));

Given(
  '{person} has issued a license to {person} with the key {string}',
  function (this: AppWorld, who: Person, owner: Person, key: string) {
    return issue(this, who, owner, key);
  },
);

When(
  '{person} issues a license to {person} with the key {string}',
  function (this: AppWorld, who: Person, owner: Person, key: string) {
    return this.attempt(who, () => issue(this, who, owner, key));
  },
);

const renew = (world: AppWorld, who: Person, owner: Person, days: number, idempotencyKey: string) =>
  keep(world, world.app.licenses.renew({ ...who.on(), idempotencyKey }, world.licenses.of(owner).id, { days }));

Given(
  '{person} has renewed {whose} license by {int} days with the key {string}',
  function (this: AppWorld, who: Person, owner: Person, days: number, key: string) {
    return renew(this, who, owner, days, key);
  },
);

When(
  '{person} renews {whose} license by {int} days with the key {string}',
  function (this: AppWorld, who: Person, owner: Person, days: number, key: string) {
    return this.attempt(who, () => renew(this, who, owner, days, key));
  },
);

const rename = (world: AppWorld, who: Person, whom: Person, name: string, idempotencyKey: string) =>
  world.app.changeUser({ ...who.on(), idempotencyKey }, whom.id, { name });

Given(
  '{person} has changed {whose} name to {string} with the key {string}',
  function (this: AppWorld, who: Person, whom: Person, name: string, key: string) {
    return rename(this, who, whom, name, key);
  },
);

When(
  '{person} changes {whose} name to {string} with the key {string}',
  function (this: AppWorld, who: Person, whom: Person, name: string, key: string) {
    return this.attempt(who, () => rename(this, who, whom, name, key));
  },
);

Then('{person} get(s) the first response again', function (this: AppWorld, who: Person) {
  this.assertErrorWasChecked();
  assert.equal(this.responses.length, 2, `${who.name} got no second response`);
  assert.deepEqual(this.responses[1], this.responses[0]);
});

Then('{person} holds {int} license(s)', async function (this: AppWorld, owner: Person, count: number) {
  const held = await this.app.licenses.listOf(this.people.administrator.on(), owner.id);
  assert.equal(held.length, count);
});
