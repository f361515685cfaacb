import { type Kysely, type Selectable, sql } from 'kysely';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { CanonicalEmail, Email } from '../../../domain/user/email.ts';
import type { UserId } from '../../../domain/user/user-id.ts';
import type { UserDirectory, UserView } from '../../../ports/user-directory.ts';
import { compiledOnce } from './compiled-once.ts';
import type { Schema } from './schema.ts';
import { isStorable } from './storable.ts';

/** The first page is the one after this, so that every page is one and the same question to the index. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

type Row = Pick<Selectable<Schema['users']>, 'id' | 'email' | 'name' | 'age' | 'created_at'>;
type Page = (...parameters: readonly unknown[]) => Promise<readonly Row[]>;

/** Reads straight into views: a list need not wake up fifty entities. */
export class KyselyUserDirectory implements UserDirectory {
  readonly #db: Kysely<Schema>;
  readonly #pages = new Map<number, Page>();
  readonly #pagesOfOne = new Map<number, Page>();

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async list(wish: { after?: UserId; limit: number; email?: CanonicalEmail }): Promise<readonly UserView[]> {
    const { after = BEFORE_ALL, limit, email } = wish;
    if (email !== undefined && !isStorable(email)) return [];
    const rows = await (email === undefined
      ? kept(this.#pages, limit, () => this.#page(limit))(after)
      : kept(this.#pagesOfOne, limit, () => this.#pageOfOne(limit))(after, email));
    return rows.map(toView);
  }

  // The limit is written into the question, not handed in with it: SQLite plans a `limit ?` anew whenever it is asked.
  #page(limit: number): Page {
    return compiledOnce<Row>(this.#db, (db) => usersAfter(db).limit(sql.lit(limit)));
  }

  #pageOfOne(limit: number): Page {
    return compiledOnce<Row>(this.#db, (db) => usersAfter(db).where('email_canonical', '=', '').limit(sql.lit(limit)));
  }
}

const usersAfter = (db: Kysely<Schema>) =>
  db.selectFrom('users').select(['id', 'email', 'name', 'age', 'created_at']).where('id', '>', '').orderBy('id');

/** There are as many as there are sizes of a page, a hundred. */
const kept = (pages: Map<number, Page>, limit: number, make: () => Page): Page => {
  const known = pages.get(limit);
  if (known !== undefined) return known;
  const page = make();
  pages.set(limit, page);
  return page;
};

/** The row was checked when it was written; the brands say so. */
const toView = ({ id, email, name, age, created_at: createdAt }: Row): UserView => ({
  id: id as UserId,
  email: email as Email,
  name: name as UserView['name'],
  age: age as UserView['age'],
  createdAt: createdAt as Instant,
});
