import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The parameters of the password hashes are read at every start. The index finds each of them once, however many users
 * have it: the longest ones, `$argon2id$v=19$m=1048576,t=64,p=131072`, have 38 characters.
 */
export const hashParameters: Migration = {
  async up(db: Kysely<unknown>) {
    await sql`create index users_by_hash_parameters on users (substr(password_hash, 1, 40))
      where password_hash is not null`.execute(db);
  },
};
