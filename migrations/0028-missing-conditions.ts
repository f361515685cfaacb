import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

/** A check that does not connect a pair has what the pair lacks. Earlier checks did not record it. */
export const missingConditions: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable('pair_checks').addColumn('missing', columnTypes(db).json).execute();
  },
};
