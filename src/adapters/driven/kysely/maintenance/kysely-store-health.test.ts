import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../../../migrations/migrations.ts';
import { aFolder, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { migrateToLatest } from './migrate.ts';

describe('KyselyStoreHealth', () => {
  it('names each migration that has not run', async () => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await using stores = overDatabase(db);
    const messages = Object.keys(migrations).map((name) => `The migration ${name} has not run.`);
    assert.deepEqual(await stores.health.problems(), messages);
    await migrateToLatest(db, migrations);
    assert.deepEqual(await stores.health.problems(), []);
  });

  it('reports that a closed store does not answer, and does not throw', async () => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    const stores = overDatabase(db);
    await migrateToLatest(db, migrations);
    await stores[Symbol.asyncDispose]();
    assert.deepEqual(await stores.health.problems(), ['The store does not answer.']);
  });
});
