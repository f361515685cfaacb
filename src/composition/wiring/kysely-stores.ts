import { migrations } from '../../../migrations/migrations.ts';
import { KyselyStoreHealth } from '../../adapters/driven/kysely/maintenance/kysely-store-health.ts';
import { KyselyStoreWipe } from '../../adapters/driven/kysely/maintenance/kysely-store-wipe.ts';
import { migrateToLatest, mustNotBeNewer } from '../../adapters/driven/kysely/maintenance/migrate.ts';
import { openSqliteStore } from '../../adapters/driven/kysely/open-store.ts';
import type { QueryObserver } from '../../adapters/driven/kysely/query-observer.ts';
import { KyselyLicenseQueries } from '../../adapters/driven/kysely/repositories/kysely-license-queries.ts';
import { KyselyPairHistory } from '../../adapters/driven/kysely/repositories/kysely-pair-history.ts';
import { KyselySessionQueries } from '../../adapters/driven/kysely/repositories/kysely-session-queries.ts';
import { KyselySigningKeys } from '../../adapters/driven/kysely/repositories/kysely-signing-keys.ts';
import { KyselyUserQueries } from '../../adapters/driven/kysely/repositories/kysely-user-queries.ts';
import { KyselyUsers } from '../../adapters/driven/kysely/repositories/kysely-users.ts';
import { unitOfWorkOver } from '../../adapters/driven/kysely/unit-of-work-over.ts';
import type { OpenStores } from './stores.ts';

export const sqliteStores = (path: string, onQuery?: QueryObserver): OpenStores => {
  const db = openSqliteStore(path, onQuery);
  return {
    ...storesOver(db),
    async migrate() {
      await mustNotBeNewer(db, migrations);
      return migrateToLatest(db, migrations);
    },
  };
};

/** All stores there are, over one database. */
export const storesOver = (db: Database) =>
  ({
    unitOfWork: unitOfWorkOver(db),
    users: new KyselyUsers(db),
    userQueries: new KyselyUserQueries(db),
    sessionQueries: new KyselySessionQueries(db),
    pairHistory: new KyselyPairHistory(db),
    licenseQueries: new KyselyLicenseQueries(db),
    signingKeyQueries: new KyselySigningKeys(db),
    storeHealth: new KyselyStoreHealth(db, migrations),
    storeWipe: new KyselyStoreWipe(db),
    close: () => db.destroy(),
  }) satisfies Omit<OpenStores, 'migrate'>;

type Database = ReturnType<typeof openSqliteStore>;
