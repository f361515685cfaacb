import assert from 'node:assert/strict';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

Given('the worker has counted', function (this: AppWorld) {
  return this.app.server.recordDailyCounts();
});

When('{person} opens the overview', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.overview.read(who.on()));
});

Then('{person} sees on the overview', async function (this: AppWorld, who: Person, table: DataTable) {
  const { active, seats, validations, failures } = await this.app.overview.read(who.on());
  assert.deepEqual(
    {
      'active licenses': active,
      'seats in use': seats,
      'validations today': validations,
      'failed log-ins today': failures,
    },
    table.rowsHash(),
  );
});
