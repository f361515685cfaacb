import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type PluginTransformQueryArgs, sql } from 'kysely';
import { migrations } from '../../../../../migrations/migrations.ts';
import { anId } from '../../../../../test/builders/ids.ts';
import { NEW_YEAR } from '../../../../../test/builders/instants.ts';
import { aFingerprint, aKey, aLicense } from '../../../../../test/builders/license-builder.ts';
import { aUser } from '../../../../../test/builders/user-builder.ts';
import { aFolder, NEW_DATABASES, overDatabase } from '../../../../../test/contracts/open-stores.ts';
import { withTurns } from '../../../../../test/doubles/event-loop-turns.ts';
import { anEmptyPostgresDatabase } from '../../../../../test/postgres/shared-postgres.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { Product } from '../../../../domain/license/product.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { LicenseListQuery } from '../../../../ports/license-queries.ts';
import { migrateToLatest } from '../maintenance/migrate.ts';
import { openPostgresStore } from '../postgres/open-postgres-store.ts';
import { postgresAddressFrom } from '../postgres/postgres-url.ts';
import { type Database, isPostgres } from '../schema.ts';
import { openSqliteStore } from '../sqlite/open-sqlite-store.ts';
import { KyselyLicenseQueries } from './kysely-license-queries.ts';
import { batchesOf } from './rows.ts';

describe('KyselyLicenseQueries', () => {
  it('lists as many machines as there were, where a license is deleted while it reads', async () => {
    await using folder = await aFolder();
    const db = openSqliteStore(join(folder.path, 'guildhall.db'));
    await migrateToLatest(db, migrations);
    await using stores = overDatabase(db);
    const licenses = [aLicense(), aLicense({ id: anId(2), key: aKey(2), userId: anId(2) })];
    await stores.unitOfWork.run(async (all) => {
      await all.users.save(aUser());
      await all.users.save(aUser({ id: anId(2), email: 'bob@example.com' }));
      for (const license of licenses) {
        await all.licenses.save(license);
        const machine = { licenseId: license.id, fingerprint: aFingerprint(), name: null, activatedAt: NEW_YEAR };
        await all.activations.put(machine);
      }
    });
    const reading = db.withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await stores.unitOfWork.run(async ({ users }) => {
          if ((await users.find(aUser().id)) !== undefined) await users.remove(aUser().id);
        });
        return result;
      },
    });
    assert.equal((await new KyselyLicenseQueries(reading).listMachines({ limit: 2 })).length, 2);
    assert.equal((await stores.licenseQueries.listMachines({ limit: 2 })).length, 1);
  });

  for (const [store, openNew] of NEW_DATABASES) {
    it(`finds the few of many that pass all filters, and lets other work go on meanwhile: ${store}`, async () => {
      await using database = await openNew();
      const { db } = database;
      await migrateToLatest(db, migrations);
      const stores = overDatabase(db);
      await stores.unitOfWork.run(async ({ users, licenses }) => {
        await users.save(aUser());
        await licenses.save(aLicense({ id: anId(1), product: 'editor' }));
      });
      const row = await db.selectFrom('licenses').selectAll().executeTakeFirstOrThrow();
      const rows = Array.from({ length: MANY }, (_, index) => {
        const nth = index + 1;
        // Two end at the same moment, on both sides of the end of a step.
        const endsAt = Instant.plusMs(NEW_YEAR, (nth === 501 ? 500 : nth) * 60_000);
        const own = { id: anId(nth), license_key: aKey(nth), expires_at: endsAt, grace_ends_at: endsAt };
        return { ...row, ...own, ...EXCEPTIONS[nth] };
      });
      await db.deleteFrom('licenses').execute();
      for (const batch of batchesOf(rows, [500, 1])) await db.insertInto('licenses').values(batch).execute();
      const queries = new KyselyLicenseQueries(db);
      const numbers = async (query: Partial<LicenseListQuery>, { isIndexed = false } = {}) => {
        const { result: found, turns } = await withTurns(() => queries.list({ at: NEW_YEAR, limit: 50, ...query }));
        if (store === 'SQLite') assert.equal(turns <= 1, isIndexed, `${turns} turns of the event loop`);
        return found.map(({ id }) => rows.findIndex((each) => each.id === id) + 1);
      };
      const [product, viewer] = [Product.parse('editor'), Product.parse('viewer')];
      const expiresBefore = Instant.plusMs(NEW_YEAR, 10 * MANY * 60_000);
      const late = Instant.plusMs(NEW_YEAR, (MANY - 3) * 60_000);
      const suspended = { status: 'suspended' as const, product };
      const isIndexed = true;
      assert.deepEqual(await numbers(suspended, { isIndexed }), [500, 501, 700, 4_900]);
      const three = await queries.list({ ...suspended, at: NEW_YEAR, limit: 3 });
      assert.deepEqual(
        three.map(({ id }) => id),
        [500, 501, 700].map(anId),
      );
      const first = { id: LicenseId.parse(anId(700)), expiresAt: rows[699]?.expires_at as Instant };
      assert.deepEqual(await numbers({ ...suspended, after: first, limit: 1 }, { isIndexed }), [4_900]);
      assert.deepEqual(await numbers({ ...suspended, expiresBefore }), [500, 501, 700, 4_900]);
      assert.deepEqual(await numbers({ ...suspended, expiresBefore, after: first }), [4_900]);
      assert.deepEqual(await numbers({ product: viewer, expiresBefore }), [4_901]);
      assert.deepEqual(await numbers({ status: 'scheduled' }, { isIndexed }), [4_000]);
      assert.deepEqual(await numbers({ status: 'scheduled', product }, { isIndexed }), [4_000]);
      assert.deepEqual(await numbers({ status: 'scheduled', product: viewer }, { isIndexed }), []);
      assert.deepEqual(await numbers({ status: 'active', at: late }), [MANY - 2, MANY - 1, MANY]);
      assert.deepEqual(await numbers({ status: 'expired', at: late, product: viewer }), []);
      const planOf = (query: Partial<LicenseListQuery>) =>
        plansOf(db, (observed) => new KyselyLicenseQueries(observed).list({ at: NEW_YEAR, limit: 50, ...query }));
      if (isPostgres(db)) await sql`analyze`.execute(db);
      // Postgres knows that few are suspended, and may take the index of the status alone.
      assert.match(
        await planOf(suspended),
        isPostgres(db) ? /licenses_by\w*_status/ : /licenses_by_product_and_status/,
      );
      assert.match(await planOf({ status: 'scheduled' }), /licenses_issued_ahead/);
      assert.match(await planOf({ status: 'scheduled', product }), /licenses_issued_ahead/);
    });
  }

  it('has Postgres plan a list for the values of its filters, and prepares the one without any', async () => {
    await using database = await anEmptyPostgresDatabase();
    const db = openPostgresStore(postgresAddressFrom(database.url), { size: 1, hasNoTimeouts: true });
    await migrateToLatest(db, migrations);
    const queries = new KyselyLicenseQueries(db);
    for (const filter of [{}, { status: 'expired' as const, product: Product.parse('editor') }]) {
      await queries.list({ ...filter, at: NEW_YEAR, limit: 50 });
    }
    const prepared = sql<{ statement: string }>`select statement from pg_prepared_statements`;
    const texts = (await prepared.execute(db)).rows.map(({ statement }) => statement);
    const ofLicenses = texts.filter((text) => text.includes('from "licenses"'));
    assert.deepEqual([ofLicenses.length, ofLicenses.some((text) => text.includes('product"'))], [1, false]);
    await db.destroy();
  });
});

/** How the database runs each query that is asked, as it explains it. */
const plansOf = async (db: Database, ask: (observed: Database) => Promise<unknown>): Promise<string> => {
  const asked: Parameters<ReturnType<Database['getExecutor']>['compileQuery']>[] = [];
  const transformQuery = ({ node, queryId }: PluginTransformQueryArgs) => {
    asked.push([node, queryId]);
    return node;
  };
  await ask(db.withPlugin({ transformQuery, transformResult: async ({ result }) => result }));
  const plans: string[] = [];
  for (const query of asked) {
    const compiled = db.getExecutor().compileQuery(...query);
    const explain = isPostgres(db) ? 'explain' : 'explain query plan';
    plans.push(JSON.stringify((await db.executeQuery({ ...compiled, sql: `${explain} ${compiled.sql}` })).rows));
  }
  return plans.join('\n');
};

const MANY = 5_000;

/** Columns of those that are not active licenses of the product `editor`. */
const EXCEPTIONS: Readonly<Record<number, object>> = {
  // The last one of the first step.
  500: { status: 'suspended' },
  501: { status: 'suspended' },
  700: { status: 'suspended' },
  4000: { starts_at: Instant.plusMs(NEW_YEAR, 86_400_000) },
  4900: { status: 'suspended' },
  4901: { status: 'suspended', product: 'viewer' },
};
