import { migrations } from '../../migrations/migrations.ts';
import { KyselyLicenseDirectory } from '../adapters/driven/kysely/kysely-license-directory.ts';
import { KyselyPairHistory } from '../adapters/driven/kysely/kysely-pair-history.ts';
import { KyselySessionDirectory } from '../adapters/driven/kysely/kysely-session-directory.ts';
import { KyselySigningKeys } from '../adapters/driven/kysely/kysely-signing-keys.ts';
import { KyselyStoreHealth } from '../adapters/driven/kysely/kysely-store-health.ts';
import { KyselyStoreWipe } from '../adapters/driven/kysely/kysely-store-wipe.ts';
import { KyselyUserDirectory } from '../adapters/driven/kysely/kysely-user-directory.ts';
import { KyselyUsers } from '../adapters/driven/kysely/kysely-users.ts';
import { migrateToLatest, mustNotBeNewer } from '../adapters/driven/kysely/migrate.ts';
import { openSqliteStore } from '../adapters/driven/kysely/open-store.ts';
import type { QueryObserver } from '../adapters/driven/kysely/query-observer.ts';
import { unitOfWorkOver } from '../adapters/driven/kysely/unit-of-work-over.ts';
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
    userDirectory: new KyselyUserDirectory(db),
    sessionDirectory: new KyselySessionDirectory(db),
    pairHistory: new KyselyPairHistory(db),
    licenseDirectory: new KyselyLicenseDirectory(db),
    signingKeyDirectory: new KyselySigningKeys(db),
    storeHealth: new KyselyStoreHealth(db, migrations),
    storeWipe: new KyselyStoreWipe(db),
    close: () => db.destroy(),
  }) satisfies Omit<OpenStores, 'migrate'>;

type Database = ReturnType<typeof openSqliteStore>;
