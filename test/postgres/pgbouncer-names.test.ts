import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { overDatabase } from '../contracts/open-stores.ts';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { connected } from './connected.ts';
import { anEmptyPostgresDatabase, aPostgresDatabase } from './shared-postgres.ts';
import { TransactionPooler } from './transaction-pooler.ts';

/** Source: PgBouncer 1.24, max_prepared_statements, whose default is 200. */
describe('Behind a pooler that keeps the names of prepared statements', { timeout: 600_000 }, () => {
  it('a new database is set up, and users are created', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using pooler = await TransactionPooler.start(database.url, { tracksStatements: true });
    await using app = await startTestApp({ DATABASE_URL: pooler.url, ADMIN_API_KEY: ADMIN_KEY });
    for (const name of ['ada', 'grace', 'mary']) {
      const json = { email: `${name}@example.com` };
      assert.equal((await app.call('POST', '/users', { json, bearer: ADMIN_KEY })).status, 201);
    }
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).json().length, 3);
    assert.equal((await app.call('GET', '/_ready')).status, 200);
  });

  it('a statement that a lock kept from being parsed is run once the lock is released', async () => {
    await using database = await aPostgresDatabase();
    await using pooler = await TransactionPooler.start(database.url, { tracksStatements: true });
    await using stores = overDatabase(openPostgresStore(postgresAddressFrom(pooler.url), { size: 1 }));
    await using other = await connected(database.url);
    await other.query('begin; lock table users in access exclusive mode');
    const list = () => stores.unitOfWork.run(({ users }) => users.isEmpty());
    await assert.rejects(list(), { code: 'store.unavailable' });
    await other.query('rollback');
    assert.equal(await list(), true);
  });

  it('a name that is taken all the same is given up, and nothing fails', async () => {
    await using database = await aPostgresDatabase();
    await using pooler = await TransactionPooler.start(database.url, { tracksStatements: true });
    await using stores = overDatabase(openPostgresStore(postgresAddressFrom(pooler.url), { size: 1 }));
    pooler.takeNextName();
    assert.deepEqual(await stores.userQueries.list({ limit: 10 }), []);
    pooler.takeNextName();
    assert.equal(await stores.unitOfWork.run(({ users }) => users.isEmpty()), true);
  });
});
