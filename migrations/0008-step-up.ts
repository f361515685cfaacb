import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/** A log-in elevates its session for a while. Existing sessions go on, not elevated. */
export const stepUp: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('sessions').addColumn('elevated_until', columnTypes(db).instant).execute();
  },
};
