import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anAuditEntry } from '../../../../../test/builders/audit-entry-builder.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { FixedClock } from '../../../../../test/doubles/fixed-clock.ts';
import { SealAuditEntries } from '../../../../application/audit/seal-audit-entries.ts';
import { VerifyAuditLog } from '../../../../application/audit/verify-audit-log.ts';
import { Caller } from '../../../../domain/access/caller.ts';
import { sha256 } from '../../system/sha256-token-hasher.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { openSqlite } from '../sqlite/sqlite-dialect.ts';

const SET_SEQ = 'update audit_entries set seq = :to where seq = :from';

describe('Verification of the stored audit log', () => {
  for (const [what, statements, broken] of [
    ['nothing', [], undefined],
    ['the text of an entry', ["update audit_entries set entry = replace(entry, 'active', 'revoked') where seq = 2"], 2],
    ['a text into what is none', ["update audit_entries set entry = '{' where seq = 2"], 2],
    ['a column by which an entry is found', ["update audit_entries set actor_id = 'other' where seq = 2"], 2],
    [
      'the time by which an entry is purged',
      ["update audit_entries set at = '2020-01-01T00:00:00.000Z' where seq = 2"],
      2,
    ],
    ['a hash', ["update audit_entries set hash = 'x' where seq = 2"], 2],
    ['the hash before', ["update audit_entries set prev = 'x' where seq = 2"], 2],
    ['the addresses, as it may', ['update audit_entries set ip = null, user_agent = null'], undefined],
    ['an entry away', ['delete from audit_entries where seq = 2'], 2],
    ['the first entry away', ['delete from audit_entries where seq = 1'], 1],
    ['the last entries away', ['delete from audit_entries where seq > 1'], 2],
    ['all entries away', ['delete from audit_entries'], 1],
    [
      'the order',
      [2, 3]
        .map((seq) => SET_SEQ.replace(':to', `${seq + 10}`).replace(':from', `${seq}`))
        .concat(SET_SEQ.replace(':to', '3').replace(':from', '12'), SET_SEQ.replace(':to', '2').replace(':from', '13')),
      2,
    ],
    ['the head', ["update audit_chain set hash = 'x' where name = 'head'"], 3],
    ['the anchor', ["insert into audit_chain values ('anchor', 1, 'x', null)"], 2],
  ] as const) {
    it(`detects a change of ${what}`, async () => {
      await using folder = await aFolder();
      const path = join(folder.path, 'guildhall.db');
      const db = openSqliteStore(path);
      await migrateToLatest(db, migrations);
      await using stores = overDatabase(db);
      await stores.unitOfWork.run(async ({ audit }) => {
        for (const n of [1, 2, 3]) await audit.append(anAuditEntry({ id: anId(n) }));
      });
      await new SealAuditEntries({ ...stores, clock: new FixedClock(NEW_YEAR), sha256 }).execute();
      const sqlite = openSqlite(path);
      for (const statement of statements) sqlite.exec(statement);
      sqlite.close();
      const result = await new VerifyAuditLog({ ...stores, sha256 }).ofStore({ caller: Caller.root() });
      assert.equal(result.broken?.seq, broken, result.broken?.reason);
    });
  }
});

it('An entry that is read while it moves to the sealed ones has its seal', async () => {
  await using folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const db = openSqliteStore(path);
  await migrateToLatest(db, migrations);
  await using stores = overDatabase(db);
  const entry = anAuditEntry({ id: anId(1) });
  await stores.unitOfWork.run(({ audit }) => audit.append(entry));
  const sqlite = openSqlite(path);
  // What a read of one table and a later one of the other find together.
  sqlite.exec('create table unmoved as select * from unsealed_audit_entries');
  await new SealAuditEntries({ ...stores, clock: new FixedClock(NEW_YEAR), sha256 }).execute();
  sqlite.exec('insert into unsealed_audit_entries select * from unmoved');
  sqlite.close();
  assert.equal((await stores.auditQueries.get(entry.id)).seal?.seq, 1);
});
