import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { columnTypes } from './column-types.ts';

type Schema = { users: { id: string; name: string | null; name_folded: string | null } };

const BATCH = 1_000;

/**
 * Lists of the console: users are found by the beginning of their name without regard to case, machines are listed
 * newest first, and a machine shows when it last asked for a validation.
 */
export const consoleLists: Migration = {
  async up(db: Kysely<unknown>) {
    const type = columnTypes(db);
    await db.schema.alterTable('users').addColumn('name_folded', type.text).execute();
    // ASCII letters in one statement. Both databases leave all others as they are under the collation of the column.
    await sql`update users set name_folded = lower(name) where name is not null`.execute(db);
    await foldOthers(db as Kysely<Schema>);
    await db.schema.createIndex('users_by_name').on('users').columns(['name_folded', 'id']).execute();

    await db.schema.alterTable('license_activations').addColumn('last_seen_at', type.instant).execute();
    await db.schema
      .createIndex('activations_by_time')
      .on('license_activations')
      .columns(['activated_at', 'license_id', 'fingerprint'])
      .execute();
  },
};

/** Names with other letters: as `foldCase` of the domain folds them. */
const foldOthers = async (db: Kysely<Schema>): Promise<void> => {
  for (let last = '00000000-0000-0000-0000-000000000000'; ; ) {
    const users = await db
      .selectFrom('users')
      .select(['id', 'name', 'name_folded'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const { id, name, name_folded: before } of users) {
      const folded = name?.normalize('NFC').toLowerCase().normalize('NFC') ?? null;
      if (folded === before) continue;
      await db.updateTable('users').set({ name_folded: folded }).where('id', '=', id).execute();
    }
    if (users.length < BATCH) return;
    last = users.at(-1)?.id ?? last;
  }
};
