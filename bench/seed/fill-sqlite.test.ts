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
import { numbered, type RequestTemplate } from '../load/load-plan.ts';
import { SETTINGS } from '../servers/settings.ts';
import { fillSqlite, refreshSessions } from './fill-sqlite.ts';
import * as requests from './requests.ts';
import { PASSWORD, type Seed, seedRowsOf } from './seed-data.ts';

describe('A store filled in bulk', () => {
  let folder: Awaited<ReturnType<typeof mkdtempDisposable>>;
  let path: string;
  let seed: Seed;

  before(async () => {
    folder = await mkdtempDisposable(join(tmpdir(), 'guildhall-bench-'));
    path = join(folder.path, 'users.db');
    const passwordHash = await hash(PASSWORD, { memoryCost: 64, timeCost: 1, parallelism: 1 });
    seed = { createdUntil: new Date().toISOString(), users: 200, passwordHash };
    await fillSqlite(path, seed);
    refreshSessions(path, requests.tokenHashes(seed));
  });

  after(() => folder.remove());

  it('has the tables and indexes of the migrations, and no others', async () => {
    const migrated = join(folder.path, 'migrated.db');
    const store = openSqliteStore(migrated);
    await migrateToLatest(store, migrations);
    await store.destroy();
    assert.deepEqual(schemaOf(path), schemaOf(migrated));
  });

  it('passes the integrity checks of SQLite', () => {
    using database = open(path);
    assert.equal(database.sqlite.pragma('integrity_check', { simple: true }), 'ok');
    assert.deepEqual(database.sqlite.pragma('foreign_key_check'), []);
  });

  it('contains users and licenses that the service can read', async () => {
    const store = openSqliteStore(path);
    const [users, licenses] = [new KyselyUsers(store), new KyselyLicenses(store)];
    for (let nth = 0; nth < seed.users; nth += 1) {
      const { user, license } = seedRowsOf(nth, seed);
      assert.equal((await users.get(UserId.parse(user.id))).email, user.email);
      assert.equal((await licenses.lock(LicenseId.parse(license.id))).toSnapshot().key, license.license_key);
    }
    await store.destroy();
  });

  it('responds to every request of the benchmarks', async () => {
    const env = { ...SETTINGS, NODE_ENV: 'production', DATABASE_URL: `file:${path}`, LOG_LEVEL: 'silent' };
    const service = await startService(readConfig(env));
    let number = 0;
    const statusOf = async ({ method = 'GET', path: url, headers = {}, body }: RequestTemplate) => {
      number += 1;
      const payload = body === undefined ? {} : { body: numbered(body, number) };
      const request = { method: method as 'GET', url: numbered(url, number), headers, ...payload };
      return (await service.app.inject(request)).statusCode;
    };
    const expected: [status: number, templates: readonly RequestTemplate[]][] = [
      [200, requests.profileRequests(seed)],
      [200, requests.validateRequests(seed)],
      [200, requests.registerRequests(seed)],
      [200, requests.loginRequests(seed).slice(0, 5)],
      [200, [requests.userListRequest('first', seed), requests.userListRequest('last', seed)]],
      [201, [requests.newUserRequest, requests.newUserRequest]],
      [201, requests.activationRequests(seed)],
    ];
    for (const [status, templates] of expected) {
      assert.ok(templates.length > 0);
      for (const template of templates) {
        assert.equal(await statusOf(template), status, `${template.method} ${template.path}`);
      }
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
