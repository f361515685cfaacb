import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { type OpenStores, overDatabase } from '../contracts/open-stores.ts';
import { storeContracts } from '../contracts/store-contracts.ts';
import { ADMIN_KEY, startTestApp } from '../http/test-app.ts';
import { anEmptyPostgresDatabase, aPostgresDatabase } from './shared-postgres.ts';
import { TransactionPooler } from './transaction-pooler.ts';

const openBehindPooler = async (): Promise<OpenStores> => {
  const database = await aPostgresDatabase();
  const pooler = await TransactionPooler.start(database.url);
  return overDatabase(openPostgresStore(postgresAddressFrom(pooler.url), { size: 10 }), async () => {
    await pooler[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
  });
};

storeContracts('PostgreSQL behind a pooler', openBehindPooler);

describe('Behind a pooler that lends connections by the transaction', () => {
  it('a new database is set up, and people come in', async () => {
    await using database = await anEmptyPostgresDatabase();
    await using pooler = await TransactionPooler.start(database.url);
    await using app = await startTestApp({ DATABASE_URL: pooler.url, ADMIN_API_KEY: ADMIN_KEY });
    for (const name of ['ada', 'grace', 'mary']) {
      const json = { email: `${name}@example.com` };
      assert.equal((await app.call('POST', '/users', { json, bearer: ADMIN_KEY })).status, 201);
    }
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).json().length, 3);
  });

  it('a network that drops all packets is distinguished from a slow database, and no request waits for ever', {
    timeout: 600_000,
  }, async () => {
    await using database = await aPostgresDatabase();
    await using pooler = await TransactionPooler.start(database.url);
    await using app = await startTestApp({ DATABASE_URL: pooler.url, ADMIN_API_KEY: ADMIN_KEY });
    assert.equal((await app.call('GET', '/users', { bearer: ADMIN_KEY })).status, 200);
    pooler.dropPackets();
    const json = { email: 'ada@example.com' };
    const answers = await Promise.all([
      app.call('GET', '/users', { bearer: ADMIN_KEY }),
      app.call('POST', '/users', { json, bearer: ADMIN_KEY }),
      app.call('GET', '/_ready'),
    ]);
    assert.deepEqual(
      answers.map((answer) => [answer.status, answer.json().code]),
      [
        [503, 'store.unavailable'],
        [503, 'store.unavailable'],
        [503, 'service.not-ready'],
      ],
    );
  });
});
