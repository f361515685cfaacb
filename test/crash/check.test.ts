import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { Email } from '../../src/domain/user/email.ts';
import { anId } from '../builders/ids.ts';
import { NEW_YEAR } from '../builders/instants.ts';
import { aLicense } from '../builders/license-builder.ts';
import { aUser } from '../builders/user-builder.ts';
import { aFolder, overDatabase } from '../contracts/open-stores.ts';
import { Ledger, REGISTERED } from './acknowledged-writes.ts';
import { examine } from './check.ts';

const EMAIL = `${REGISTERED}1@example.com`;

/** A file in which all is well, and what clients say of it. */
const afterAStorm = async () => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  const db = openSqliteStore(path);
  await migrateToLatest(db, migrations);
  await using stores = overDatabase(db);
  await stores.unitOfWork.run(async ({ users, outbox, licenses }) => {
    await users.save(aUser({ email: EMAIL }));
    await outbox.add(anId(1), { kind: 'welcome', to: Email.parse(EMAIL) }, NEW_YEAR);
    await licenses.save(aLicense());
  });
  const ledger = new Ledger();
  ledger.registered.add(EMAIL);
  const spoil = (sql: string) => {
    const database = new Database(path);
    database.pragma('foreign_keys = off');
    database.exec(sql);
    database.close();
  };
  return { path, ledger, spoil, [Symbol.asyncDispose]: () => folder.remove() };
};

describe('The check of a crash test', () => {
  it('is content where all is there', async () => {
    await using storm = await afterAStorm();
    const { path, ledger } = storm;
    assert.deepEqual(examine(path, ledger), { rows: 1, unacknowledged: 0 });
  });

  for (const [fault, sql, complaint] of [
    ['a person', 'delete from licenses; delete from users', /people who registered and are gone/],
    ['a letter', 'delete from outbox', /neither sent nor waiting/],
    ['a machine', 'update licenses set activations = 1', /seats counted/],
    ['the owner of a license', `update licenses set user_id = '${anId(9)}'`, /fkid/],
  ] as const) {
    it(`misses ${fault}`, async () => {
      await using storm = await afterAStorm();
      const { path, ledger, spoil } = storm;
      spoil(sql);
      assert.throws(() => examine(path, ledger), { name: 'AssertionError', message: complaint });
    });
  }

  it('misses no letter that has arrived', async () => {
    await using storm = await afterAStorm();
    const { path, ledger, spoil } = storm;
    spoil('delete from outbox');
    ledger.noteLetter(EMAIL);
    assert.equal(examine(path, ledger).rows, 1);
  });
});
