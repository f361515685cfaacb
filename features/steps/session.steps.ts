import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { anId } from '../../test/builders/ids.ts';
import type { Person } from '../support/person.ts';
import { sessionsIn } from '../support/session-table.ts';
import type { AppWorld } from '../support/world.ts';

When('{person} sends a request', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => who.sendRequest());
});

When(
  '{person} sends a request from {whose} {device}',
  function (this: AppWorld, who: Person, _: Person, device: string) {
    return this.attempt(who, () => who.sendRequest(device));
  },
);

When('{person} sends a request every day for {duration}', function (this: AppWorld, who: Person, ms: number) {
  return this.attempt(who, () => who.sendRequestsEveryDayFor(ms));
});

When('{person} lists {whose} sessions', function (this: AppWorld, who: Person, _: Person) {
  return this.attempt(who, () => who.sessions());
});

When(
  '{person} signs {whose} {device} out from {whose} {device}',
  function (this: AppWorld, who: Person, _: Person, device: string, __: Person, from: string) {
    return this.attempt(who, async () => this.app.endSession(who.on(from), await who.sessionIdOf(device)));
  },
);

When('{person} signs {whose} {device} out', function (this: AppWorld, who: Person, owner: Person, device: string) {
  return this.attempt(who, async () => this.app.endSession(who.on(), await owner.sessionIdOf(device)));
});

When('{person} ends a session that does not exist', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.endSession(who.on(), anId(404)));
});

Then(
  'on {whose} {device} {person} sees {whose} sessions',
  async function (this: AppWorld, who: Person, device: string, _: Person, __: Person, table: DataTable) {
    assert.deepEqual(await who.sessions(device), sessionsIn(table, who, this));
  },
);

Given('{person} has logged in {int} times more', async function (this: AppWorld, who: Person, times: number) {
  for (let time = 1; time <= times; time += 1) {
    // One network may not log in that often at once.
    this.app.server.passTime(1_000);
    await who.logIn({ device: `script ${time}` });
  }
});

Then(
  'on {whose} {device} {person} sees {int} sessions',
  async (who: Person, device: string, _: Person, count: number) => {
    assert.equal((await who.sessions(device)).length, count);
  },
);

Then(
  'on {whose} {device} {person} sees only {whose} {device}',
  async (who: Person, device: string, _: Person, __: Person, only: string) => {
    assert.deepEqual(
      (await who.sessions(device)).map(({ device: listed }) => listed),
      [only],
    );
  },
);
