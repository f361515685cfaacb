import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sql } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFolder, type OpenStores, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { aPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import type { OutgoingEmail } from '../../../../ports/outbox.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openPostgresStore } from '../postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../postgres/postgres-url.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';

const WELCOME: OutgoingEmail = { kind: 'welcome', to: 'ada@example.com' };

/** Three queued emails, of which the first is due first. */
const promise = async ({ unitOfWork }: OpenStores): Promise<void> => {
  await unitOfWork.run(async ({ outbox }) => {
    for (const n of [1, 2, 3]) await outbox.add(anId(n), WELCOME, NEW_YEAR);
  });
};

/** Claims the emails one by one, as a delivery does. */
const inTurn = async ({ unitOfWork }: OpenStores): Promise<unknown[]> => {
  const until = '2031-01-01T00:00:00.000Z' as typeof NEW_YEAR;
  const query = { at: NEW_YEAR, leaseUntil: until, latestDue: until, limit: 1 };
  const handedOut: unknown[] = [];
  for (;;) {
    const [next] = await unitOfWork.run(({ outbox }) => outbox.claim(query));
    if (next === undefined) return handedOut;
    handedOut.push(next.email);
  }
};

describe('A damaged queued email', () => {
  for (const damaged of ['{', '', 'null', '[]', '"welcome"', '{"kind":"welcome"}']) {
    it(`does not stand in the way of the others on SQLite: ${damaged}`, async () => {
      await using folder = await aFolder();
      const db = openSqliteStore(join(folder.path, 'guildhall.db'));
      await using stores = overDatabase(db);
      await migrateToLatest(db, migrations);
      await promise(stores);
      await sql`update outbox set message = ${damaged} where id = ${anId(1)}`.execute(db);
      assert.deepEqual(await inTurn(stores), [undefined, WELCOME, WELCOME]);
      const kept = await sql<{ count: number }>`select count(*) as count from outbox`.execute(db);
      assert.equal(kept.rows[0]?.count, 3);
    });
  }

  for (const damaged of ['null', '[]', '"welcome"', '{"kind":"welcome"}', '{"kind":"later","to":"ada@example.com"}']) {
    it(`does not stand in the way of the others on PostgreSQL: ${damaged}`, async () => {
      await using database = await aPostgresDatabase();
      const db = openPostgresStore(postgresAddressFrom(database.url), { size: 2 });
      await using stores = overDatabase(db);
      await promise(stores);
      await sql`update outbox set message = ${sql.lit(damaged)} where id = ${anId(1)}`.execute(db);
      assert.deepEqual(await inTurn(stores), [undefined, WELCOME, WELCOME]);
    });
  }
});
