import type { Kysely, Selectable } from 'kysely';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { Age } from '../../../../domain/user/age.ts';
import { type CanonicalEmail, Email } from '../../../../domain/user/email.ts';
import { PasswordHash } from '../../../../domain/user/password-hash.ts';
import { User, type UserSnapshot } from '../../../../domain/user/user.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import { UserName } from '../../../../domain/user/user-name.ts';
import type { UserRepository } from '../../../../ports/user-repository.ts';
import { isDuplicateKey } from '../database-errors.ts';
import { blank, hotStatement } from '../hot-statement.ts';
import { locksRows } from '../locks-rows.ts';
import type { Schema } from '../schema.ts';
import { rehydrate } from './rehydrate.ts';
import { isStorable } from './storable.ts';

export class KyselyUsers implements UserRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async get(id: UserId): Promise<User> {
    const row = await this.#rows().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new DomainError('user.not-found', 'There is no such user.');
    return toUser(row);
  }

  async findByEmail(email: CanonicalEmail): Promise<User | undefined> {
    if (!isStorable(email)) return undefined;
    const { rows } = await (locksRows(this.#db) ? lockedByEmail : byEmail)(this.#db, email);
    const [row] = rows;
    return row === undefined ? undefined : toUser(row);
  }

  async save(user: User): Promise<void> {
    const snapshot = user.toSnapshot();
    try {
      const changed = snapshot.version === 0 ? await this.#insert(snapshot) : await this.#replace(snapshot);
      if (changed !== 1n) throw new DomainError('user.stale', 'The user has changed since.');
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw new DomainError('user.email-taken', 'This e-mail address is already registered.', { cause: error });
    }
  }

  async remove(id: UserId): Promise<void> {
    const { numDeletedRows } = await this.#db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows !== 1n) throw new DomainError('user.not-found', 'There is no such user.');
  }

  async isEmpty(): Promise<boolean> {
    return (await this.#db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;
  }

  // Who reads in a unit of work decides by it; nobody else may change it meanwhile. Rows that refer to it may come.
  #rows() {
    const rows = this.#db.selectFrom('users').selectAll();
    return locksRows(this.#db) ? rows.forNoKeyUpdate() : rows;
  }

  // One statement each, so no other writer fits between the check and the write.
  async #insert(snapshot: UserSnapshot): Promise<bigint | undefined> {
    const row = toRow(snapshot);
    return (await insert(this.#db, ...COLUMNS.map((column) => row[column]))).numAffectedRows;
  }

  async #replace(snapshot: UserSnapshot): Promise<bigint | undefined> {
    const { id, version } = snapshot;
    const row = toRow(snapshot);
    return (await replace(this.#db, ...CHANGEABLE.map((column) => row[column]), id, version)).numAffectedRows;
  }
}

type Row = Selectable<Schema['users']>;

const byEmail = hotStatement<Row>((db) => db.selectFrom('users').selectAll().where('email_canonical', '=', ''));

const lockedByEmail = hotStatement<Row>((db) =>
  db.selectFrom('users').selectAll().where('email_canonical', '=', '').forNoKeyUpdate(),
);

// Without the id: where the key of a parent is written, SQLite looks at all its children, even if it stays the same.
const CHANGEABLE = [
  'email',
  'email_canonical',
  'name',
  'age',
  'password_hash',
  'created_at',
  'version',
] as const satisfies (keyof Schema['users'])[];

const COLUMNS = ['id', ...CHANGEABLE] as const;

const insert = hotStatement((db) =>
  db
    .insertInto('users')
    .values(blank(COLUMNS))
    .onConflict((on) => on.column('id').doNothing()),
);

const replace = hotStatement((db) =>
  db.updateTable('users').set(blank(CHANGEABLE)).where('id', '=', '').where('version', '=', 0),
);

const toRow = (s: UserSnapshot): Schema['users'] => ({
  id: s.id,
  email: s.email,
  email_canonical: Email.canonical(s.email),
  name: s.name,
  age: s.age,
  password_hash: s.passwordHash,
  created_at: s.createdAt,
  version: s.version + 1,
});

const toUser = (row: Row): User =>
  rehydrate(`user ${row.id}`, () =>
    User.fromSnapshot({
      id: UserId.parse(row.id),
      email: Email.parse(row.email),
      name: row.name === null ? null : UserName.fromStore(row.name),
      age: row.age === null ? null : Age.fromStore(row.age),
      passwordHash: row.password_hash === null ? null : PasswordHash.parse(row.password_hash),
      createdAt: Instant.parse(row.created_at),
      version: row.version,
    }),
  );
