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
import { AcknowledgedWrites, REGISTERED } from './acknowledged-writes.ts';
import { checkFile } from './check.ts';

const EMAIL = `${REGISTERED}1@example.com`;

/** An intact file, and the acknowledged writes in it. */
const afterWriteLoad = async () => {
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
  const writes = new AcknowledgedWrites();
  writes.registered.add(EMAIL);
  const damage = (sql: string) => {
    const database = new Database(path);
    database.pragma('foreign_keys = off');
    database.exec(sql);
    database.close();
  };
  return { path, writes, damage, [Symbol.asyncDispose]: () => folder.remove() };
};

describe('The check of a crash test', () => {
  it('accepts a complete file', async () => {
    await using load = await afterWriteLoad();
    const { path, writes } = load;
    assert.deepEqual(checkFile(path, writes), { rows: 1, unacknowledged: 0 });
  });

  for (const [fault, sql, message] of [
    ['a user', 'delete from licenses; delete from users', /registered users that are missing/],
    ['an email', 'delete from outbox', /neither sent nor queued/],
    ['a machine', 'update licenses set activations = 1', /activations on the license/],
    ['the owner of a license', `update licenses set user_id = '${anId(9)}'`, /fkid/],
  ] as const) {
    it(`reports the loss of ${fault}`, async () => {
      await using load = await afterWriteLoad();
      const { path, writes, damage } = load;
      damage(sql);
      assert.throws(() => checkFile(path, writes), { name: 'AssertionError', message });
    });
  }

  it('accepts an email that was received', async () => {
    await using load = await afterWriteLoad();
    const { path, writes, damage } = load;
    damage('delete from outbox');
    writes.addEmail(EMAIL);
    assert.equal(checkFile(path, writes).rows, 1);
  });
});
