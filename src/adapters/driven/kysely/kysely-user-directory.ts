import type { Kysely } from 'kysely';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { CanonicalEmail, Email } from '../../../domain/user/email.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { UserDirectory, UserView } from '../../../ports/user-directory.ts';
import type { Schema } from './schema.ts';
import { isStorable } from './storable.ts';

/** The first page is the one after this, so that every page is one and the same question to the index. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Reads straight into views: a list need not wake up fifty entities. */
export class KyselyUserDirectory implements UserDirectory {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async list(wish: { after?: UserId; limit: number; email?: CanonicalEmail }): Promise<readonly UserView[]> {
    const { after = BEFORE_ALL } = wish;
    if (wish.email !== undefined && !isStorable(wish.email)) return [];
    let query = this.#db.selectFrom('users').select(['id', 'email', 'name', 'age', 'created_at']).orderBy('id');
    query = query.where('id', '>', after);
    if (wish.email !== undefined) query = query.where('email_canonical', '=', wish.email);
    const rows = await query.limit(wish.limit).execute();
    return rows.map(({ created_at: createdAt, ...row }) => ({ ...row, createdAt }) as StoredView);
  }
}

/** The row was checked when it was written; the brands say so. */
type StoredView = { id: UserId; email: Email; name: string | null; age: number | null; createdAt: Instant };
