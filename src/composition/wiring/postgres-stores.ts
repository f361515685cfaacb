import { migrations } from '../../../migrations/migrations.ts';
import {
  assertNotNewer,
  migrateToLatest,
  pendingMigrations,
} from '../../adapters/driven/kysely/maintenance/migrate.ts';
import type { QueryObserver } from '../../adapters/driven/kysely/open-database.ts';
import { openPostgresStore } from '../../adapters/driven/kysely/postgres/open-postgres-store.ts';
import type { Config } from '../config/config.ts';
import { storesOver } from './kysely-stores.ts';
import type { OpenStores } from './stores.ts';

/** Connects when first asked. */
export const postgresStores = (
  { address, poolSize }: Extract<Config['store'], { kind: 'postgres' }>,
  onQuery?: QueryObserver,
): OpenStores => {
  const db = openPostgresStore(address, { size: poolSize }, onQuery);
  return {
    ...storesOver(db),
    async migrate() {
      await assertNotNewer(db, migrations);
      if ((await pendingMigrations(db, migrations)).length === 0) return [];
      const patient = openPostgresStore(address, { size: 1, isPatient: true });
      try {
        return await migrateToLatest(patient, migrations);
      } finally {
        await patient.destroy();
      }
    },
  };
};
