import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** The console finds the licenses that a machine holds seats of, the latest activation first. */
export const licensesOfMachines: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('activations_by_fingerprint')
      .on('license_activations')
      .columns(['fingerprint', 'activated_at', 'license_id'])
      .execute();
  },
};
