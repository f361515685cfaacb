import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { MemoryStores } from '../../src/adapters/driven/memory/memory-stores.ts';
import { sha256 } from '../../src/adapters/driven/system/sha256-token-hasher.ts';
import { VerifyAuditLog } from '../../src/application/audit/verify-audit-log.ts';
import type { AuditItem } from '../support/audit-driver.ts';
import type { Person } from '../support/person.ts';
import type { AppWorld } from '../support/world.ts';

const entriesOf = (world: AppWorld, action: string): Promise<readonly AuditItem[]> =>
  world.app.audit.list(world.people.administrator.on(), { action });

/** The latest entry with this action. */
const findEntry = async (world: AppWorld, action: string): Promise<AuditItem> => {
  const [entry = assert.fail(`The audit log says nothing of ${action}`)] = await entriesOf(world, action);
  world.auditEntry = entry;
  return entry;
};

/** As a reader of the file does it, without the server. */
const verifyFile = async (world: AppWorld): Promise<number | undefined> => {
  const verifying = new VerifyAuditLog({ auditQueries: new MemoryStores().audit, sha256 });
  async function* lines() {
    yield* world.auditFile;
  }
  return (await verifying.ofFile({ lines: lines() })).broken?.seq;
};

Given('the entries have been sealed', function (this: AppWorld) {
  return this.app.server.sealAuditLog();
});

Given('{person} has exported the audit log', async function (this: AppWorld, who: Person) {
  this.auditFile = await this.app.audit.export(who.on());
});

Given(
  'the server keeps audit entries for {string} and addresses for {string}',
  function (this: AppWorld, entries: string, addresses: string) {
    return this.app.restart({ AUDIT_RETENTION: entries, AUDIT_IP_RETENTION: addresses });
  },
);

When('the worker has purged the audit log', function (this: AppWorld) {
  return this.app.server.purgeAuditLog();
});

When('{person} reads the audit log', function (this: AppWorld, who: Person) {
  return this.attempt(who, async () => {
    [this.auditEntry] = await this.app.audit.list(who.on());
  });
});

When('{person} reads the log of {whose} account', function (this: AppWorld, who: Person, owner: Person) {
  return this.attempt(who, () => this.app.audit.ofUser(who.on(), owner.id));
});

When('{person} exports the audit log', function (this: AppWorld, who: Person) {
  return this.attempt(who, () => this.app.audit.export(who.on()));
});

When('entry {int} of the file is changed', function (this: AppWorld, seq: number) {
  const entry = JSON.parse(this.auditFile[seq] ?? '');
  this.auditFile = this.auditFile.with(seq, JSON.stringify({ ...entry, action: 'user.deleted' }));
});

When('entry {int} of the file is removed', function (this: AppWorld, seq: number) {
  this.auditFile = this.auditFile.toSpliced(seq, 1);
});

When('the last line of the file is removed', function (this: AppWorld) {
  this.auditFile = this.auditFile.slice(0, -1);
});

Then(
  'the audit log says that {person}, as {string}, did {string} to {whose} license',
  async function (this: AppWorld, who: Person, role: string, action: string, owner: Person) {
    const { actor, subject } = await findEntry(this, action);
    assert.deepEqual(actor, { kind: 'staff', id: who.id, name: role });
    assert.deepEqual(subject, { kind: 'license', id: this.licenses.of(owner).id });
  },
);

Then(
  'the audit log says that {person} did {string} to {person}',
  async function (this: AppWorld, who: Person, action: string, whom: Person) {
    const { actor, subject } = await findEntry(this, action);
    assert.deepEqual(actor, { kind: 'person', id: who.id });
    assert.deepEqual(subject, { kind: 'user', id: whom.id });
  },
);

Then(
  'the audit log says that {person}, as {string}, did {string} to {person}',
  async function (this: AppWorld, who: Person, role: string, action: string, whom: Person) {
    const { actor, subject } = await findEntry(this, action);
    assert.deepEqual(actor, { kind: 'staff', id: who.id, name: role });
    assert.deepEqual(subject, { kind: 'user', id: whom.id });
  },
);

Then(
  /^the audit log says that the (administrator|worker) did "([^"]*)" to the store$/,
  async function (this: AppWorld, who: string, action: string) {
    const { actor, subject } = await findEntry(this, action);
    assert.deepEqual(actor, who === 'worker' ? { kind: 'system', name: 'worker' } : { kind: 'root' });
    assert.deepEqual(subject, { kind: 'store' });
  },
);

Then('the audit log says nothing of {string}', async function (this: AppWorld, action: string) {
  assert.deepEqual(await entriesOf(this, action), []);
});

Then(
  'the entry shows that {string} went from {string} to {string}',
  function (this: AppWorld, field: string, before: string, after: string) {
    assert.deepEqual(this.auditEntry?.changes, [{ field, before, after }]);
  },
);

Then('the entry says that {string} changed, and not how', function (this: AppWorld, field: string) {
  assert.deepEqual(this.auditEntry?.changes, [{ field, changed: true }]);
});

Then(
  '{person} reads in the log of {whose} account that {string} did {string}',
  async function (this: AppWorld, who: Person, owner: Person, role: string, action: string) {
    const entry = (await this.app.audit.ofUser(who.on(), owner.id)).find((each) => each.action === action);
    assert.deepEqual([entry?.actor.name, entry?.actor.id, entry?.ip], [role, undefined, undefined]);
  },
);

Then(
  '{person} reads in the log of {whose} account that it was deleted',
  async function (this: AppWorld, who: Person, owner: Person) {
    const [latest] = await this.app.audit.ofUser(who.on(), owner.id);
    assert.equal(latest?.action, 'user.deleted');
  },
);

Then('the log begins with a log-in of {person}', function (this: AppWorld, who: Person) {
  assert.deepEqual([this.auditEntry?.action, this.auditEntry?.subject.id], ['session.begun', who.id]);
});

Then('the file is intact', async function (this: AppWorld) {
  assert.equal(await verifyFile(this), undefined);
});

Then('the file is broken at entry {int}', async function (this: AppWorld, seq: number) {
  assert.equal(await verifyFile(this), seq);
});

Then('the file is broken behind its last entry', async function (this: AppWorld) {
  assert.equal(await verifyFile(this), this.auditFile.length);
});

Then('the file begins behind its first entry', function (this: AppWorld) {
  assert.ok(JSON.parse(this.auditFile[0] ?? '').anchor.seq > 0);
});

Then('no entry has an address', async function (this: AppWorld) {
  const entries = await this.app.audit.list(this.people.administrator.on());
  assert.ok(entries.length > 0);
  for (const { ip } of entries) assert.equal(ip, undefined);
});
