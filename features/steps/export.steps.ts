import assert from 'node:assert/strict';
import { type DataTable, Then, When } from '@cucumber/cucumber';
import { anId } from '../../test/builders/ids.ts';
import type { AccountExport } from '../support/app-driver.ts';
import type { Person } from '../support/person.ts';
import { assertCompleteRecord } from '../support/records.ts';
import type { AppWorld } from '../support/world.ts';

const exportedIn = ({ exported }: AppWorld): AccountExport => exported ?? assert.fail('Nothing was exported');

When('{person} exports {whose} data', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, async () => {
    this.exported = undefined;
    this.exported = await this.app.exportUser(who.on(), owner.id);
  });
});

When('{person} exports the data of a user who does not exist', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.exportUser(who.on(), anId(404)));
});

Then('the file contains {whose} record', function (this: AppWorld, owner: Person) {
  assertCompleteRecord(exportedIn(this).user, owner);
});

Then('the file contains the devices', function (this: AppWorld, table: DataTable) {
  assert.deepEqual(exportedIn(this).devices, table.raw().flat());
});

Then(
  'the file contains {whose} license and {whose} {device}',
  function (this: AppWorld, owner: Person, _: Person, machine) {
    const { licenseKeys, machines } = exportedIn(this);
    assert.deepEqual([licenseKeys, machines], [[this.licenses.of(owner).key], [machine]]);
  },
);

Then('the file contains {whose} license without its key', function (this: AppWorld, _: Person) {
  assert.deepEqual(exportedIn(this).licenseKeys, [undefined]);
});

Then('the file says that {string} did {string}', function (this: AppWorld, role: string, action: string) {
  const entry = exportedIn(this).audit.find((each) => each.action === action);
  assert.deepEqual([entry?.actor.name, entry?.actor.id, entry?.ip], [role, undefined, undefined]);
});

Then('the file says that {person} did', function (this: AppWorld, who: Person, table: DataTable) {
  const actions = exportedIn(this).audit.flatMap(({ actor, action }) => (actor.id === who.id ? [action] : []));
  assert.deepEqual(actions, table.raw().flat());
});
