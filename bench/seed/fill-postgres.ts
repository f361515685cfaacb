import pg from 'pg';
import { migrations } from '../../migrations/migrations.ts';
import { migrateToLatest } from '../../src/adapters/driven/kysely/maintenance/migrate.ts';
import { openPostgresStore } from '../../src/adapters/driven/kysely/postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../../src/adapters/driven/kysely/postgres/postgres-url.ts';
import { type Seed, seedRowsOf } from './seed-data.ts';

/** Creates the tables in an empty database and fills them row by row. For small stores. */
export const fillPostgres = async (url: string, seed: Seed): Promise<void> => {
  const store = openPostgresStore(postgresAddressFrom(url), { size: 1, hasNoTimeouts: true });
  await migrateToLatest(store, migrations);
  await store.destroy();

  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let nth = 0; nth < seed.users; nth += 1) {
      const { user, session, license, activation, checks } = seedRowsOf(nth, seed);
      await insert(client, 'users', user);
      await insert(client, 'sessions', session);
      await insert(client, 'licenses', license);
      if (activation !== undefined) await insert(client, 'license_activations', activation);
      for (const check of checks) await insert(client, 'pair_checks', check);
    }
    // As on SQLite: last_seen_at is not written during a measurement.
    await client.query("update sessions set last_seen_at = now() + interval '30 minutes'");
    // The test server has another time zone on purpose; UTC is what production databases have.
    await client.query(`do $$ begin
      execute format('alter database %I set timezone to ''UTC''', current_database());
    end $$`);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
};

const insert = async (client: pg.Client, table: string, row: object): Promise<void> => {
  const columns = Object.keys(row);
  const marks = columns.map((_, index) => `$${index + 1}`).join(', ');
  const text = `insert into ${table} (${columns.join(', ')}) values (${marks})`;
  await client.query({ name: table, text, values: Object.values(row) });
};
