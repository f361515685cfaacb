import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { hash } from 'argon2';
import Database from 'better-sqlite3';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { KyselyLicenses } from '../../src/adapters/driven/kysely/repositories/kysely-licenses.ts';
import { KyselyUsers } from '../../src/adapters/driven/kysely/repositories/kysely-users.ts';
import { openSqliteStore } from '../../src/adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { readConfig } from '../../src/composition/config/config.ts';
import { startService } from '../../src/composition/runtime/service.ts';
import { LicenseId } from '../../src/domain/license/license-id.ts';
import { UserId } from '../../src/domain/user/user-id.ts';
import { type Ask, numbered } from '../load/load-plan.ts';
import { SETTINGS } from '../servers/settings.ts';
import { fillSqlite, refreshSessions } from './fill-sqlite.ts';
import * as asks from './requests.ts';
import { PASSWORD, personOf, type World } from './seed-data.ts';

describe('A store filled in bulk', () => {
  let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
  let path: string;
  let world: World;

  before(async () => {
    folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-bench-'));
    path = join(folder.path, 'people.db');
    const passwordHash = await hash(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1 });
    world = { at: new Date().toISOString(), people: 200, passwordHash };
    await fillSqlite(path, world);
    refreshSessions(path, asks.tokenHashes(world));
  });

  after(() => folder.remove());

  it('has the tables and indexes that the migrations make, and no others', async () => {
    const migrated = join(folder.path, 'migrated.db');
    const store = openSqliteStore(migrated);
    await migrateToLatest(store, migrations);
    await store.destroy();
    assert.deepEqual(schemaOf(path), schemaOf(migrated));
  });

  it('is sound in the eyes of SQLite', () => {
    using database = open(path);
    assert.equal(database.sqlite.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(database.sqlite.pragma('foreign_key_check'), []);
  });

  it('holds users and licenses that the product reads field by field', async () => {
    const store = openSqliteStore(path);
    const [users, licenses] = [new KyselyUsers(store), new KyselyLicenses(store)];
    for (let nth = 0; nth < world.people; nth += 1) {
      const { user, license } = personOf(nth, world);
      assert.equal((await users.get(UserId.parse(user.id))).email, user.email);
      assert.equal((await licenses.lock(LicenseId.parse(license.id))).toSnapshot().key, license.license_key);
    }
    await store.destroy();
  });

  it('gives a proper answer to all that the bench asks', async () => {
    const env = { ...SETTINGS, NODE_ENV: 'production', DATABASE_URL: `file:${path}`, LOG_LEVEL: 'silent' };
    const service = await startService(readConfig(env));
    let number = 0;
    const statusOf = async ({ method = 'GET', path: url, headers = {}, body }: Ask) => {
      number += 1;
      const payload = body === undefined ? {} : { body: numbered(body, number) };
      const asked = { method: method as 'GET', url: numbered(url, number), headers, ...payload };
      return (await service.app.inject(asked)).statusCode;
    };
    const expected: [status: number, asked: readonly Ask[]][] = [
      [200, asks.profileAsks(world)],
      [200, asks.validateAsks(world)],
      [200, asks.registerAsks(world)],
      [200, asks.loginAsks(world).slice(0, 5)],
      [200, [asks.userListAsk('first', world), asks.userListAsk('last', world)]],
      [201, [asks.newUserAsk, asks.newUserAsk]],
      [201, asks.activationAsks(world)],
    ];
    for (const [status, asked] of expected) {
      assert.ok(asked.length > 0);
      for (const ask of asked) assert.equal(await statusOf(ask), status, `${ask.method} ${ask.path}`);
    }
    await service.close();
  });
});

const open = (path: string) => {
  const sqlite = new Database(path);
  return { sqlite, [Symbol.dispose]: () => void sqlite.close() };
};

const schemaOf = (path: string): unknown[] => {
  using database = open(path);
  return database.sqlite.prepare('select type, name, tbl_name, sql from sqlite_schema order by type, name').all();
};
