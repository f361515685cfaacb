import { migrations } from '../../../migrations/migrations.ts';
import { KyselyUnitOfWork } from '../../adapters/driven/kysely/kysely-unit-of-work.ts';
import { KyselyStoreHealth } from '../../adapters/driven/kysely/maintenance/kysely-store-health.ts';
import { KyselyStoreWipe } from '../../adapters/driven/kysely/maintenance/kysely-store-wipe.ts';
import {
  assertNotNewer,
  migrateToLatest,
  pendingMigrations,
} from '../../adapters/driven/kysely/maintenance/migrate.ts';
import { assertIntact, mustBeChecked } from '../../adapters/driven/kysely/maintenance/sqlite-inspection.ts';
import type { QueryObserver } from '../../adapters/driven/kysely/open-database.ts';
import { KyselyApiTokenQueries } from '../../adapters/driven/kysely/repositories/kysely-api-tokens.ts';
import { KyselyAuditQueries } from '../../adapters/driven/kysely/repositories/kysely-audit-queries.ts';
import { KyselyDailyCounts } from '../../adapters/driven/kysely/repositories/kysely-daily-counts.ts';
import { KyselyKnownNetworks } from '../../adapters/driven/kysely/repositories/kysely-known-networks.ts';
import { KyselyLicenseQueries } from '../../adapters/driven/kysely/repositories/kysely-license-queries.ts';
import { KyselyPairHistory } from '../../adapters/driven/kysely/repositories/kysely-pair-history.ts';
import { KyselySecondFactors } from '../../adapters/driven/kysely/repositories/kysely-second-factors.ts';
import { KyselySessionQueries } from '../../adapters/driven/kysely/repositories/kysely-sessions.ts';
import { KyselySigningKeys } from '../../adapters/driven/kysely/repositories/kysely-signing-keys.ts';
import { KyselyUserQueries, KyselyUsers } from '../../adapters/driven/kysely/repositories/kysely-users.ts';
import { type Database, isPostgres } from '../../adapters/driven/kysely/schema.ts';
import type { CheckpointObserver } from '../../adapters/driven/kysely/sqlite/checkpoints.ts';
import { openSqliteStore } from '../../adapters/driven/kysely/sqlite/open-sqlite-store.ts';
import { SqliteUnitOfWork } from '../../adapters/driven/kysely/sqlite/sqlite-unit-of-work.ts';
import type { Config } from '../config/config.ts';

export const sqliteStores = (path: string, onQuery?: QueryObserver, onCheckpointFailed?: CheckpointObserver) => {
  const isDoubtful = mustBeChecked(path);
  const db = openSqliteStore(path, onQuery, onCheckpointFailed);
  return {
    ...storesOver(db),
    async migrate(onWaiting?: () => void) {
      if (isDoubtful) await assertIntact(db, path);
      await assertNotNewer(db, migrations);
      return migrateToLatest(db, migrations, onWaiting);
    },
  };
};

/** Connects when first asked. The client of Postgres is loaded only here. */
export const postgresStores = async (
  { address, poolSize }: Extract<Config['store'], { kind: 'postgres' }>,
  onQuery?: QueryObserver,
) => {
  const { openPostgresStore } = await import('../../adapters/driven/kysely/postgres/open-postgres-store.ts');
  const db = openPostgresStore(address, { size: poolSize }, onQuery);
  return {
    ...storesOver(db),
    async migrate(onWaiting?: () => void) {
      await assertNotNewer(db, migrations);
      if ((await pendingMigrations(db, migrations)).length === 0) return [];
      const withoutTimeouts = openPostgresStore(address, { size: 1, hasNoTimeouts: true });
      try {
        return await migrateToLatest(withoutTimeouts, migrations, onWaiting);
      } finally {
        await withoutTimeouts.destroy();
      }
    },
  };
};

/** Longer than the limits of the Postgres server, so that a lock or an outage is reported as one. */
const POSTGRES_TRANSACTION_TIMEOUT_MS = 20_000;

/**
 * The stores of one database.
 * @param options.timeoutMs longest unit of work; without it the default of the database
 */
export const storesOver = (db: Database, { timeoutMs }: { timeoutMs?: number } = {}) => ({
  unitOfWork: isPostgres(db)
    ? new KyselyUnitOfWork(db, { timeoutMs: timeoutMs ?? POSTGRES_TRANSACTION_TIMEOUT_MS })
    : new SqliteUnitOfWork(db, { timeoutMs }),
  auditQueries: new KyselyAuditQueries(db),
  dailyCounts: new KyselyDailyCounts(db),
  users: new KyselyUsers(db),
  userQueries: new KyselyUserQueries(db),
  apiTokenQueries: new KyselyApiTokenQueries(db),
  secondFactors: new KyselySecondFactors(db),
  sessionQueries: new KyselySessionQueries(db),
  knownNetworks: new KyselyKnownNetworks(db),
  pairHistory: new KyselyPairHistory(db),
  licenseQueries: new KyselyLicenseQueries(db),
  signingKeyQueries: new KyselySigningKeys(db),
  storeHealth: new KyselyStoreHealth(db, migrations),
  storeWipe: new KyselyStoreWipe(db),
  close: () => db.destroy(),
});
