import { type Kysely, type Selectable, sql } from 'kysely';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { CanonicalEmail, Email } from '../../../../domain/user/email.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type { UserQueries, UserView } from '../../../../ports/user-queries.ts';
import { compiledPages, type Page } from '../compiled-pages.ts';
import type { Schema } from '../schema.ts';
import { BEFORE_ALL_IDS } from './before-all-ids.ts';
import { isStorable } from './storable.ts';

type Row = Pick<Selectable<Schema['users']>, 'id' | 'email' | 'name' | 'age' | 'created_at'>;

/** Reads straight into views: a list need not wake up fifty entities. */
export class KyselyUserQueries implements UserQueries {
  readonly #pageOfAll: (limit: number) => Page<Row>;
  readonly #pageOfOne: (limit: number) => Page<Row>;

  constructor(db: Kysely<Schema>) {
    this.#pageOfAll = compiledPages<Row>(db, (kysely, limit) => usersAfter(kysely).limit(sql.lit(limit)));
    this.#pageOfOne = compiledPages<Row>(db, (kysely, limit) =>
      usersAfter(kysely).where('email_canonical', '=', '').limit(sql.lit(limit)),
    );
  }

  async list(wish: { after?: UserId; limit: number; email?: CanonicalEmail }): Promise<readonly UserView[]> {
    const { after = BEFORE_ALL_IDS, limit, email } = wish;
    if (email !== undefined && !isStorable(email)) return [];
    const rows = await (email === undefined ? this.#pageOfAll(limit)(after) : this.#pageOfOne(limit)(after, email));
    return rows.map(toView);
  }
}

const usersAfter = (db: Kysely<Schema>) =>
  db.selectFrom('users').select(['id', 'email', 'name', 'age', 'created_at']).where('id', '>', '').orderBy('id');

/** The row was checked when it was written; the brands say so. */
const toView = ({ id, email, name, age, created_at: createdAt }: Row): UserView => ({
  id: id as UserId,
  email: email as Email,
  name: name as UserView['name'],
  age: age as UserView['age'],
  createdAt: createdAt as Instant,
});
