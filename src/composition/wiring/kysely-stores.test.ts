import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { migrations } from '../../../migrations/migrations.ts';
import { aFolder } from '../../../test/contracts/open-stores.ts';
import { anEmptyPostgresDatabase } from '../../../test/postgres/shared-postgres.ts';
import { openPostgresStore } from '../../adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../adapters/driven/kysely/postgres/postgres-url.ts';
import { openSqliteStore } from '../../adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import type { Config } from '../config/config.ts';
import { readConfig } from '../config/config.ts';
import { startupError } from '../runtime/startup-messages.ts';
import { openStores } from './open.ts';

type Place = AsyncDisposable & Readonly<{ url: string; open: () => ReturnType<typeof openSqliteStore> }>;

const aFile = async (): Promise<Place> => {
  const folder = await aFolder();
  const path = join(folder.path, 'guildhall.db');
  return { url: `file:${path}`, open: () => openSqliteStore(path), [Symbol.asyncDispose]: () => folder.remove() };
};

const aDatabase = async (): Promise<Place> => {
  const database = await anEmptyPostgresDatabase();
  const { url } = database;
  const open = () => openPostgresStore(postgresAddressFrom(url), { size: 1 });
  return { url, open, [Symbol.asyncDispose]: async () => database[Symbol.asyncDispose]() };
};

const opened = async (config: Config['store']) => {
  const stores = await openStores(config);
  return { ...stores, [Symbol.asyncDispose]: () => stores.close() };
};

const SENTENCE =
  'The store was migrated by a newer version of Guildhall (9999-later): start that version, or restore the backup from before it.';

for (const [kind, aPlace] of [
  ['SQLite', aFile],
  ['PostgreSQL', aDatabase],
] as const) {
  describe(`A store of a newer version on ${kind}`, () => {
    it('is refused by a start, in a sentence, while who runs already is as ready as before', async () => {
      await using place = await aPlace();
      const config = readConfig({ DATABASE_URL: place.url });
      await using running = await opened(config.store);
      assert.deepEqual(await running.migrate(), Object.keys(migrations));
      await using newer = place.open();
      const journal = newer.withTables<{ kysely_migration: { name: string; timestamp: string } }>();
      await journal.insertInto('kysely_migration').values({ name: '9999-later', timestamp: 'now' }).execute();

      await using late = await opened(config.store);
      await assert.rejects(late.migrate(), (error) => {
        assert.equal(startupError(error, config), SENTENCE);
        return true;
      });
      assert.deepEqual(await running.storeHealth.problems(), []);
      assert.equal(await running.unitOfWork.run(({ users }) => users.isEmpty()), true);
    });
  });
}
