import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Kysely, sql } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, NEW_DATABASES, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { Email } from '../../../../domain/user/email.ts';
import type { User } from '../../../../domain/user/user.ts';
import { UserName } from '../../../../domain/user/user-name.ts';
import type { Database, Schema } from '../schema.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { GuildhallSqliteDialect, openSqlite } from '../sqlite/sqlite-dialect.ts';
import { type Migrations, migrateToLatest, pendingMigrations } from './migrate.ts';

const ALL = Object.keys(migrations);

const openEmpty = async () => {
  const folder = await aFolder();
  const db = openSqliteStore(join(folder.path, 'guildhall.db'));
  return { db, stores: overDatabase(db, () => folder.remove()) };
};

/** Brings a store of the version before 0005, with accounts with these addresses, to this version. */
const upgradeWith = async (db: Database, addresses: readonly string[]): Promise<void> => {
  const earlier = Object.fromEntries(Object.entries(migrations).filter(([step]) => step < '0005'));
  await migrateToLatest(db, earlier);
  const rows = addresses.map((email, nth) => ({
    id: anId(nth + 1),
    email,
    email_canonical: email,
    created_at: NEW_YEAR,
    version: 1,
  }));
  await db
    .insertInto('users')
    .values(rows as Partial<Schema['users']>[] as Schema['users'][])
    .execute();
  await migrateToLatest(db, migrations);
};

const makes = (table: string): Migrations[string] => ({
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable(table).addColumn('id', 'text').execute();
  },
});

const failsHalfway: Migrations[string] = {
  up: async (db: Kysely<unknown>) => {
    await db.schema.createTable('half').addColumn('id', 'text').execute();
    await sql`update users set age = 1`.execute(db);
    throw new Error('halfway');
  },
};

describe('migrateToLatest', () => {
  it('applies each migration of a new store once, and returns their names', async () => {
    const { db, stores } = await openEmpty();
    await using _ = stores;
    assert.deepEqual(await pendingMigrations(db, migrations), ALL);
    assert.deepEqual(await migrateToLatest(db, migrations), ALL);
    assert.deepEqual(await pendingMigrations(db, migrations), []);
    assert.deepEqual(await migrateToLatest(db, migrations), []);
  });

  it('waits for another process that migrates, far longer than a unit of work does for a writer', async () => {
    await using folder = await aFolder();
    const database = openSqlite(join(folder.path, 'guildhall.db'));
    const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database) });
    const prepare = database.prepare.bind(database);
    let attempts = 0;
    database.prepare = ((sql: string) => {
      if (sql === 'begin immediate' && ++attempts < 14) throw Object.assign(new Error(), { code: 'SQLITE_BUSY' });
      return prepare(sql);
    }) as typeof database.prepare;
    let waits = 0;
    const onWaiting = () => {
      waits += 1;
    };
    assert.deepEqual(await migrateToLatest(db, migrations, onWaiting), ALL);
    assert.equal(waits, 1, 'it says so once');
    await db.destroy();
  });

  it('takes only the steps that a used store has not taken, and leaves its rows alone', async () => {
    const { db, stores } = await openEmpty();
    await using _ = stores;
    await migrateToLatest(db, migrations);
    await stores.unitOfWork.run(({ users }) => users.save(aUser()));
    const newer = { ...migrations, '9998-more': makes('more') };
    assert.deepEqual(await migrateToLatest(db, newer), ['9998-more']);
    assert.equal((await stores.users.get(aUser().id)).email, aUser().email);
  });

  it('compares domains of stored addresses in ASCII, and leaves a second account of a mailbox alone', async () => {
    const { db, stores } = await openEmpty();
    await using _ = stores;
    await upgradeWith(db, ['kim@bücher.example', 'kim@xn--bcher-kva.example', 'ada@ｅxample.org', 'bob@example.com']);
    const rows = await db.selectFrom('users').select('email_canonical').orderBy('id').execute();
    assert.deepEqual(
      rows.map((row) => row.email_canonical),
      ['kim@bücher.example', 'kim@xn--bcher-kva.example', 'ada@example.org', 'bob@example.com'],
    );
  });

  it('compares stored addresses with any sigma, and leaves a second account of a mailbox alone', async () => {
    const { db, stores } = await openEmpty();
    await using _ = stores;
    const upTo = (end: string) => Object.fromEntries(Object.entries(migrations).filter(([step]) => step < end));
    await migrateToLatest(db, upTo('0027'));
    const long = 'i\u0307'.repeat(40);
    const longer = '\u0915\u093c'.repeat(33);
    const stored = [
      'νικος@example.com',
      'νικοσ@example.com',
      'μος.μος@νικος.example',
      `${long}@bücher.example`,
      `${longer}@bücher.example`,
    ];
    for (const [nth, email] of stored.entries()) {
      await stores.unitOfWork.run(({ users }) =>
        users.save(aUser({ id: anId(nth + 1), email: `user${nth}@example.com` })),
      );
      await db
        .updateTable('users')
        .set({ email_canonical: email })
        .where('id', '=', anId(nth + 1))
        .execute();
    }
    assert.deepEqual(await migrateToLatest(db, upTo('0028')), ['0027-final-sigmas']);
    const rows = await db.selectFrom('users').select('email_canonical').orderBy('id').execute();
    assert.deepEqual(
      rows.map((row) => row.email_canonical),
      [
        'νικος@example.com',
        'νικοσ@example.com',
        'μοσ.μοσ@xn--uxachkp.example',
        `${long}@xn--bcher-kva.example`,
        `${longer}@xn--bcher-kva.example`,
      ],
    );
  });

  for (const [database, open] of NEW_DATABASES) {
    it(`maps the domains of any number of addresses as the service looks them up, on ${database}`, async () => {
      await using opened = await open();
      const others = Array.from({ length: 1_000 }, (_, nth) => `person-${nth}@example.com`);
      const mapped = ['ada@ｅxample.org', 'kim@xn--bcher-kva.example', 'kim@bücher.example'];
      // Its ASCII form has more characters than a label may have, and that of the other is an IP address.
      const unmapped = [`ada@${'ab'.repeat(30)}ü.example`, 'ada@１.２.３.４'];
      await upgradeWith(opened.db, [...mapped.slice(0, 2), ...others, ...mapped.slice(2), ...unmapped]);
      const { userQueries } = overDatabase(opened.db);
      for (const email of [...mapped.slice(0, 2), ...unmapped]) {
        assert.ok((await userQueries.findLogin(Email.canonicalize(email))).id !== undefined, email);
      }
      const second = await opened.db
        .selectFrom('users')
        .select('email_canonical')
        .where('id', '=', anId(1_003))
        .execute();
      assert.deepEqual(second, [{ email_canonical: 'kim@bücher.example' }]);
    });

    it(`leaves a second account of a mailbox that can be banned, and whose address can be changed, on ${database}`, async () => {
      await using opened = await open();
      await upgradeWith(opened.db, ['kim@bücher.example', 'kim@xn--bcher-kva.example']);
      const { unitOfWork, users } = overDatabase(opened.db);
      const { id } = aUser({ id: anId(1) });
      const change = (change: (user: User) => User) =>
        unitOfWork.run(async ({ users }) => users.save(change(await users.get(id))));
      await change((user) => user.ban(null, NEW_YEAR).rename(UserName.parse('Kim')));
      const { name, ban } = (await users.get(id)).toSnapshot();
      assert.deepEqual([name, ban?.at], ['Kim', NEW_YEAR]);
      const isTaken = change((user) => user.changeEmail(Email.parse('Kim@bücher.example')));
      await assert.rejects(isTaken, { code: 'user.email-taken' });
      const email = Email.parse('kim@example.org');
      await change((user) => user.changeEmail(email));
      assert.equal((await users.findByEmail(Email.canonicalize(email)))?.id, id);
    });

    it(`gives the mailbox to the second account with its next change once the first is gone, on ${database}`, async () => {
      await using opened = await open();
      await upgradeWith(opened.db, ['kim@bücher.example', 'kim@xn--bcher-kva.example']);
      const { unitOfWork, users } = overDatabase(opened.db);
      const [second, first] = [aUser({ id: anId(1) }).id, aUser({ id: anId(2) }).id];
      await unitOfWork.run((stores) => stores.users.remove(first));
      const mailbox = Email.canonicalize('kim@bücher.example');
      assert.equal(await users.findByEmail(mailbox), undefined);
      await unitOfWork.run(async (stores) =>
        stores.users.save((await stores.users.get(second)).rename(UserName.parse('Kim'))),
      );
      assert.equal((await users.findByEmail(mailbox))?.id, second);
    });
  }

  it('takes all pending steps or none, so that a failed start can be repeated', async () => {
    const { db, stores } = await openEmpty();
    await using _ = stores;
    await migrateToLatest(db, migrations);
    await stores.unitOfWork.run(({ users }) => users.save(aUser()));
    const broken = { ...migrations, '9998-more': makes('more'), '9999-broken': failsHalfway };
    await assert.rejects(migrateToLatest(db, broken), /halfway/);

    assert.deepEqual(await pendingMigrations(db, broken), ['9998-more', '9999-broken']);
    assert.equal((await stores.users.get(aUser().id)).toSnapshot().age, aUser().toSnapshot().age);
    const mended = { ...broken, '9999-broken': makes('half') };
    assert.deepEqual(await migrateToLatest(db, mended), ['9998-more', '9999-broken']);
  });
});
