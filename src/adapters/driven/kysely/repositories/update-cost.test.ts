import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type Database from 'better-sqlite3';
import { Kysely } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aSecondFactor } from '../../../../../test/builders/second-factor-builder.ts';
import { aSession } from '../../../../../test/builders/session-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { openDatabase } from '../../../../../test/contracts/open-sqlite-file.ts';
import { aFolder, inUnitsOfWork, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import type { Schema } from '../schema.ts';
import { GuildhallSqliteDialect, openSqlite } from '../sqlite/sqlite-dialect.ts';

describe('Writing a row again on SQLite', () => {
  it('looks at no row that belongs to it: a thousandth machine costs what the first did', async () => {
    await using folder = await aFolder();
    const database = openSqlite(join(folder.path, 'guildhall.db'));
    const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database) });
    await using stores = overDatabase(db);
    await migrateToLatest(db, migrations);
    const updates = watchUpdates(database);
    await stores.unitOfWork.run(async ({ users, licenses }) => {
      await users.save(aUser());
      await users.save((await users.get(aUser().id)).changeAge(null));
      await licenses.save(aLicense());
      await licenses.save((await licenses.lock(aLicense().id)).takeSeat(NEW_YEAR));
    });
    const [ofUser = '', ofSessions = '', ofLicense = ''] = updates();
    assert.deepEqual(tablesOf(database, ofUser), ['users']);
    assert.deepEqual(openedBy(database, ofSessions, 'name'), ['sessions', 'sessions_by_user']);
    // Its row, found by its id. Not its owner, and not one of its other indexes.
    assert.deepEqual(openedBy(database, ofLicense, 'name'), ['licenses', 'sqlite_autoindex_licenses_1']);
  });

  it('writes a license again as it was changed last, whatever it was before', async () => {
    await using folder = await aFolder();
    const database = openSqlite(join(folder.path, 'guildhall.db'));
    const db = new Kysely<Schema>({ dialect: new GuildhallSqliteDialect(database) });
    await using stores = overDatabase(db);
    await migrateToLatest(db, migrations);
    await stores.unitOfWork.run(async ({ users, licenses }) => {
      await users.save(aUser());
      await licenses.save(aLicense());
    });
    const { id } = aLicense();
    await stores.unitOfWork.run(async ({ licenses }) => {
      await licenses.save((await licenses.lock(id)).suspend());
      await licenses.save((await licenses.lock(id)).reinstate());
    });
    assert.equal((await stores.licenseQueries.get(id)).status, 'active');
  });
});

describe('Removing a user on SQLite', () => {
  it('takes about a thousand rows in a statement, however many licenses and machines there are', async () => {
    await using file = await openDatabase();
    const { stores, database } = file;
    const ids = Array.from({ length: 2_500 }, (_, nth) => anId(0x3001 + nth));
    await stores.unitOfWork.run(({ users }) => users.save(aUser()));
    await inUnitsOfWork(stores, ids, async ({ licenses, activations }, id, nth) => {
      const seats = nth === 7 ? 3_500 : nth < 100 ? 20 : 0;
      const license = aLicense({ id, key: aKey(nth), activations: seats });
      await licenses.save(license);
      for (let seat = 0; seat < seats; seat += 1) {
        const fingerprint = aFingerprint(seat);
        await activations.put({ licenseId: license.id, fingerprint, name: null, activatedAt: NEW_YEAR });
      }
    });
    const changes = watchChanges(database);
    const { licenses, activations } = await stores.unitOfWork.run(({ users }) => users.remove(aUser().id));
    assert.deepEqual([licenses, activations], [2_500, 5_480]);
    assert.equal(
      changes().reduce((sum, rows) => sum + rows, 0),
      1 + licenses + activations,
    );
    const largest = Math.max(...changes());
    assert.ok(largest <= 2_000, `${largest} rows in a statement`);
  });
});

/** Collects how many rows the statements change that are prepared from now on, with those that a deleted row takes along. */
const watchChanges = (database: Database.Database): (() => number[]) => {
  const changes: number[] = [];
  const prepare = database.prepare.bind(database);
  const total = prepare('select total_changes()').pluck();
  database.prepare = ((sql: string) => {
    const statement = prepare(sql);
    for (const method of ['run', 'all'] as const) {
      const run = statement[method].bind(statement);
      statement[method] = (...parameters: unknown[]) => {
        const before = total.get() as number;
        const result = run(...parameters);
        changes.push((total.get() as number) - before);
        return result as never;
      };
    }
    return statement;
  }) as typeof database.prepare;
  return () => changes;
};

describe('A code of a second factor on SQLite', () => {
  it('writes no session again: each has its copy already', async () => {
    await using open = await openDatabase();
    const { stores, database } = open;
    await stores.unitOfWork.run(async ({ users, sessions, secondFactors }) => {
      await users.save(aUser());
      await sessions.add(aSession());
      await secondFactors.put(aSecondFactor());
    });
    const changes = () => Number(database.prepare('select total_changes()').pluck().get());
    const before = changes();
    await stores.unitOfWork.run(({ secondFactors }) => secondFactors.put(aSecondFactor()));
    assert.equal(changes() - before, 1);
  });
});

/** Collects what updates are prepared from now on. */
const watchUpdates = (database: Database.Database): (() => string[]) => {
  const updates: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = ((sql: string) => {
    if (sql.startsWith('update')) updates.push(sql);
    return prepare(sql);
  }) as typeof database.prepare;
  return () => [...updates];
};

type Step = { opcode: string; p2: number; p3: number };

/** Whose pages SQLite opens for a statement. */
const tablesOf = (database: Database.Database, sql: string): unknown[] => openedBy(database, sql, 'tbl_name');

const openedBy = (database: Database.Database, sql: string, which: 'name' | 'tbl_name'): unknown[] => {
  const nothing = Array.from(sql.matchAll(/\?/g), () => null);
  const steps = database.prepare(`explain ${sql}`).all(nothing) as Step[];
  const nameOf = database.prepare(`select ${which} from sqlite_schema where rootpage = ?`).pluck();
  const opened = steps.filter(({ opcode, p3 }) => /^Open(Read|Write)$/.test(opcode) && p3 === 0);
  return [...new Set(opened.map(({ p2 }) => nameOf.get(p2)))].sort();
};
