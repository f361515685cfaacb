import { setImmediate } from 'node:timers/promises';
import { type Selectable, sql } from 'kysely';
import { ROLE_NAMES, type Role } from '../../../../domain/access/scope.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { oneOf } from '../../../../domain/shared/invariant.ts';
import { foldCase } from '../../../../domain/shared/unicode.ts';
import { Age } from '../../../../domain/user/age.ts';
import { type Ban, BanReason } from '../../../../domain/user/ban.ts';
import { type CanonicalEmail, Email } from '../../../../domain/user/email.ts';
import { PasswordHash } from '../../../../domain/user/password-hash.ts';
import { User, type UserSnapshot } from '../../../../domain/user/user.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import { UserName } from '../../../../domain/user/user-name.ts';
import type { LoginView, StaffView, UserQueries, UserRecordView, UserSearch } from '../../../../ports/user-queries.ts';
import type { RemovedWithUser, UserRepository } from '../../../../ports/user-repository.ts';
import { compiledQueries, compiledQuery, deferrableQuery, limitedQueries, placeholders } from '../compiled-query.ts';
import { isDuplicateKey } from '../database-errors.ts';
import { type Database, isPostgres, lockingRows, type Schema } from '../schema.ts';
import { removeLicensesOf } from './kysely-licenses.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { BEFORE_ALL_IDS, isStorable, NO_USER_ID, rehydrate } from './rows.ts';

export class KyselyUsers extends KyselyRepository implements UserRepository {
  async get(id: UserId): Promise<User> {
    const user = await this.find(id);
    if (user === undefined) throw new DomainError('user.not-found', 'There is no such user.');
    return user;
  }

  async find(id: UserId): Promise<User | undefined> {
    const [row] = (await byId(this.db, id)).rows;
    return row === undefined ? undefined : toUser(row);
  }

  async findByEmail(email: CanonicalEmail): Promise<User | undefined> {
    if (!isStorable(email)) return undefined;
    const [row] = (await byEmail(this.db, email)).rows;
    return row === undefined ? undefined : toUser(row);
  }

  async save(user: User): Promise<void> {
    const row = toRow(user.toSnapshot());
    if (user.version === 0) {
      const { numAffectedRows } = await insert(this.db, ...COLUMNS.map((column) => row[column]));
      if (numAffectedRows === 0n) throw stale();
      return;
    }
    try {
      const { id, version } = user;
      const changed = CHANGEABLE.map((column) => row[column]);
      const canonical = row.email_canonical;
      const replaced = await replace(this.db, ...changed, row.email, canonical, canonical, canonical, id, version);
      if (replaced.numAffectedRows !== 1n) throw stale();
      const copied = [row.email, row.role, row.is_sample];
      await updateSessions(this.db, ...copied, id, ...copied);
    } catch (error) {
      throw isDuplicateKey(error) ? emailTaken(error) : error;
    }
  }

  async remove(id: UserId): Promise<RemovedWithUser> {
    const removed = await removeLicensesOf(this.db, id);
    // Counted first: the rows go with that of the user.
    const [counts] = (await countOwned(this.db, id, id, id)).rows;
    const { numDeletedRows } = await this.db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows !== 1n) throw new DomainError('user.not-found', 'There is no such user.');
    const numbers = Object.entries(counts ?? {}).map(([what, number]) => [what, Number(number)]);
    return { ...(Object.fromEntries(numbers) as Counted), ...removed };
  }

  async isEmpty(): Promise<boolean> {
    return (await this.db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;
  }

  async lockAdmins({ confirmedOnly, refusesSamples }: Parameters<UserRepository['lockAdmins']>[0]) {
    const users = this.db.selectFrom('users').select(['id', 'banned_at', 'email_confirmed_at', 'is_sample']);
    const admins = users.where('role', '=', 'admin').orderBy('id');
    const rows = await lockingRows(this.db, admins, 'forNoKeyUpdate').execute();
    // The others are locked too: an unban or a confirmation would change the answer.
    return rows.flatMap(({ id, banned_at: bannedAt, email_confirmed_at: confirmedAt, is_sample: isSample }) =>
      bannedAt === null && !(confirmedOnly && confirmedAt === null) && !(refusesSamples && isSample === 1)
        ? [id as UserId]
        : [],
    );
  }
}

/** Lists users without building entities. */
export class KyselyUserQueries extends KyselyRepository implements UserQueries {
  async findLogin(email: CanonicalEmail): Promise<LoginView> {
    const [row = NO_LOGIN] = isStorable(email) ? (await loginAtOrAfter(this.db, email)).rows : [];
    const isKnown = row.email_canonical === email;
    const hasPassword = isKnown && row.password_hash !== null;
    return rehydrate('login', () => {
      const id = UserId.parse(isKnown ? row.id : NO_LOGIN.id);
      const passwordHash = PasswordHash.parse(hasPassword ? row.password_hash : NO_LOGIN.password_hash);
      return {
        id: isKnown ? id : undefined,
        passwordHash: hasPassword ? passwordHash : null,
        isBanned: isKnown && row.banned_at !== null,
        isSample: isKnown && row.is_sample === 1,
      };
    });
  }

  async list(query: { after?: UserId; limit: number; email?: CanonicalEmail }): Promise<readonly UserRecordView[]> {
    const { after = BEFORE_ALL_IDS, limit, email } = query;
    if (email !== undefined && !isStorable(email)) return [];
    const { rows } = await (email === undefined
      ? pageOfAll(limit)(this.db, after)
      : pageByEmail(limit)(this.db, after, email));
    return rows.map(toView);
  }

  async search({ email, name, after, limit }: UserSearch) {
    if (![email, name, after?.key ?? ''].every(isStorable)) return [];
    // By their ids: an account that is changed between two reads may be in both.
    const found = new Map<string, FoundUser>();
    const add = (by: FoundUser['by'], rows: readonly SearchRow[]) => {
      for (const row of rows) if (!found.has(row.id)) found.set(row.id, { by, key: row.key, user: toView(row) });
    };
    if (after?.by !== 'name') {
      // One more: that with the address that the page before ended with.
      const { rows } = await foundByEmail(limit + 1)(this.db, largest(email, after?.key), afterAll(email));
      add(
        'email',
        rows.filter((row) => row.key !== after?.key),
      );
    }
    const isAmongNames = after?.by === 'name' && compare(after.key, name) >= 0;
    let [key, id] = isAmongNames ? [after.key, after.id] : [name, BEFORE_ALL_IDS];
    for (let size = limit; found.size < limit; size = NAMES_AT_ONCE) {
      const { rows } = await foundByName(size)(this.db, key, id, afterAll(name));
      add(
        'name',
        rows.filter((row) => !row.email_canonical.startsWith(email)),
      );
      const last = rows.at(-1);
      if (last === undefined || rows.length < size || found.size >= limit) break;
      [key, id] = [last.key, last.id];
      // Any number of accounts may be found by both, and other requests wait.
      await setImmediate();
    }
    return [...found.values()].slice(0, limit);
  }

  async listByIds(ids: readonly UserId[]): Promise<readonly UserRecordView[]> {
    return (await pageByIds(ids.length)(this.db, ...ids)).rows.map(toView);
  }

  async listStaff(): Promise<readonly StaffView[]> {
    const { rows } = await allStaff(this.db);
    return rows.map(({ id, email, role, role_since: since, is_sample: isSample, mfa }) => ({
      id: id as UserId,
      email: email as Email,
      role: role as Role,
      since: since as Instant,
      isSample: isSample === 1,
      hasSecondFactor: mfa === 1,
    }));
  }

  async countUnconfirmed({ after, limit }: Parameters<UserQueries['countUnconfirmed']>[0]) {
    const page = this.db
      .selectFrom('users')
      .select(['id', 'email_confirmed_at'])
      .where('id', '>', after ?? BEFORE_ALL_IDS);
    const rows = await page.orderBy('id').limit(limit).execute();
    const count = rows.filter(({ email_confirmed_at: confirmedAt }) => confirmedAt === null).length;
    return { count, last: rows.length < limit ? undefined : (rows.at(-1)?.id as UserId) };
  }

  async listHashParameters(): Promise<readonly string[]> {
    const found: string[] = [];
    for (let from = ''; ; ) {
      const [row] = (await firstHashHead(this.db, from)).rows;
      if (row === undefined) return found;
      const parameters = row.head.split('$').slice(0, 4).join('$');
      found.push(parameters);
      // Past every head of these parameters: `%` follows `$`.
      from = `${parameters}%`;
    }
  }
}

/** The parameters of a hash with the beginning of its salt, as the index has them. */
const HASH_HEAD = sql<string>`substr(password_hash, 1, 40)`;

const firstHashHead = compiledQuery<{ head: string }>((db) =>
  db
    .selectFrom('users')
    .select(HASH_HEAD.as('head'))
    .where('password_hash', 'is not', null)
    .where(HASH_HEAD, '>=', '')
    .orderBy(HASH_HEAD)
    .limit(sql.lit(1)),
);

type Row = Selectable<Schema['users']>;

/** Locks the row until the unit of work ends, because its decisions depend on the row. Rows that refer to it may be added. */
const lockedUsers = (db: Database) => lockingRows(db, db.selectFrom('users').selectAll(), 'forNoKeyUpdate');

const byId = compiledQuery<Row>((db) => lockedUsers(db).where('id', '=', ''));

const byEmail = compiledQuery<Row>((db) => lockedUsers(db).where('email_canonical', '=', ''));

type LoginRow = Pick<Row, 'id' | 'email_canonical' | 'password_hash' | 'banned_at' | 'is_sample'>;

/** Parsed where an account has nothing: as long as that, so that it takes as long to read. */
const NO_LOGIN = {
  id: NO_USER_ID,
  email_canonical: '',
  password_hash: `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`,
  banned_at: null,
  is_sample: 0,
} as const satisfies LoginRow;

/** For an unknown address the next account: a row is read for every address, so that the time reveals nothing. */
const loginAtOrAfter = compiledQuery<LoginRow>((db) =>
  db
    .selectFrom('users')
    .select(['id', 'email_canonical', 'password_hash', 'banned_at', 'is_sample'])
    .where('email_canonical', '>=', '')
    .orderBy('email_canonical')
    .limit(sql.lit(1)),
);

type Counted = Omit<RemovedWithUser, 'licenses' | 'activations'>;

type Counts = Record<keyof Counted, number | string>;

// Aggregates of Postgres are text.
const countOwned = compiledQuery<Counts>((db) => {
  const rows = sql<number>`count(*)`.as('n');
  return db
    .selectNoFrom((eb) => [
      eb.selectFrom('sessions').select(rows).where('user_id', '=', '').as('sessions'),
      eb.selectFrom('password_resets').select(rows).where('user_id', '=', '').as('passwordResets'),
      eb.selectFrom('api_tokens').select(rows).where('owner_id', '=', '').as('apiTokens'),
    ])
    .$castTo<Counts>();
});
// Without the id: SQLite checks all children of a row whose key is written, even with the same value.
const CHANGEABLE = [
  'email',
  'name',
  'name_folded',
  'age',
  'password_hash',
  'created_at',
  'role',
  'role_since',
  'email_confirmed_at',
  'pending_email',
  'banned_at',
  'ban_reason',
  'is_sample',
  'version',
] as const satisfies (keyof Schema['users'])[];

/** A save leaves `mfa` to KyselySecondFactors. */
const COLUMNS = ['id', 'mfa', 'email_canonical', ...CHANGEABLE] as const;

const stale = (cause?: unknown) => new DomainError('user.stale', 'The user has changed since.', { cause });

const emailTaken = (cause: unknown) =>
  new DomainError('user.email-taken', 'This email address is already registered.', { cause });

// SQLite checks the id last; Postgres checks first what was created first.
const insert = deferrableQuery(
  (db) => {
    const row = db.insertInto('users').values(placeholders(COLUMNS));
    return isPostgres(db) ? row : row.onConflict((on) => on.column('id').doNothing());
  },
  (error) => (isDuplicateId(error) ? stale(error) : isDuplicateKey(error) ? emailTaken(error) : error),
);

/** On Postgres. */
const isDuplicateId = (error: unknown): boolean =>
  isDuplicateKey(error) && (error as { constraint?: string }).constraint === 'users_pkey';

/**
 * An earlier version may have left the second account of a mailbox with another canonical form. It stays so as long as
 * the first account is there and the address is not changed.
 */
const CANONICAL = sql<string>`case when email = ${''} and email_canonical <> ${''} and exists (
  select 1 from users as others where others.email_canonical = ${''}
) then email_canonical else ${''} end`;

const replace = compiledQuery((db) =>
  db
    .updateTable('users')
    .set({ ...placeholders(CHANGEABLE), email_canonical: CANONICAL })
    .where('id', '=', '')
    .where('version', '=', 0),
);

/** Sessions have copies of these columns, so that the look-up of a token reads no user. */
const updateSessions = deferrableQuery((db) =>
  db
    .updateTable('sessions')
    .set({ user_email: '', user_role: '', user_is_sample: 0 })
    .where('user_id', '=', '')
    .where((eb) =>
      eb.or([eb('user_email', '!=', ''), eb('user_role', 'is distinct from', ''), eb('user_is_sample', '!=', 0)]),
    ),
);

const toRow = (s: UserSnapshot): Schema['users'] => ({
  id: s.id,
  email: s.email,
  email_canonical: Email.canonicalize(s.email),
  name: s.name,
  name_folded: s.name === null ? null : foldCase(s.name),
  age: s.age,
  password_hash: s.passwordHash,
  created_at: s.createdAt,
  role: s.role,
  role_since: s.roleSince,
  email_confirmed_at: s.emailConfirmedAt,
  pending_email: s.pendingEmail,
  mfa: s.hasSecondFactor ? 1 : 0,
  banned_at: s.ban?.at ?? null,
  ban_reason: s.ban?.reason ?? null,
  is_sample: s.isSample ? 1 : 0,
  version: s.version + 1,
});

const toUser = (row: Row): User =>
  rehydrate(`user ${row.id}`, () =>
    User.fromSnapshot({
      id: UserId.parse(row.id),
      email: Email.fromStore(row.email),
      name: row.name === null ? null : UserName.fromStore(row.name),
      age: row.age === null ? null : Age.fromStore(row.age),
      passwordHash: row.password_hash === null ? null : PasswordHash.parse(row.password_hash),
      createdAt: Instant.parse(row.created_at),
      role: row.role === null ? null : oneOf(ROLE_NAMES, row.role),
      roleSince: row.role_since === null ? null : Instant.parse(row.role_since),
      emailConfirmedAt: row.email_confirmed_at === null ? null : Instant.parse(row.email_confirmed_at),
      pendingEmail: row.pending_email === null ? null : Email.fromStore(row.pending_email),
      hasSecondFactor: row.mfa === 1,
      ban: toBan(row),
      isSample: row.is_sample === 1,
      version: row.version,
    }),
  );

const toBan = ({ banned_at: at, ban_reason: reason }: Pick<Row, 'banned_at' | 'ban_reason'>): Ban | null =>
  at === null ? null : { at: Instant.parse(at), reason: reason === null ? null : BanReason.parse(reason) };

const VIEW_COLUMNS = [
  'id',
  'email',
  'name',
  'age',
  'created_at',
  'email_confirmed_at',
  'pending_email',
  'mfa',
  'banned_at',
  'ban_reason',
] as const;

type SearchRow = ViewRow & { key: string };

/** Names that are read at once where those before were all found by their address. */
const NAMES_AT_ONCE = 500;

type FoundUser = Awaited<ReturnType<UserQueries['search']>>[number];

/** Greater than all text with this beginning. */
const afterAll = (beginning: string): string => `${beginning}\u{10ffff}`;

/** As the databases compare text: byte by byte. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const largest = (a: string, b: string | undefined): string => (b === undefined || compare(a, b) > 0 ? a : b);

type ViewRow = Pick<Row, (typeof VIEW_COLUMNS)[number]>;

const usersAfter = (db: Database) => db.selectFrom('users').select(VIEW_COLUMNS).where('id', '>', '').orderBy('id');

const pageOfAll = limitedQueries<ViewRow>((db, limit) => usersAfter(db).limit(limit));

const pageByEmail = limitedQueries<ViewRow>((db, limit) =>
  usersAfter(db).where('email_canonical', '=', '').limit(limit),
);

const pageByIds = compiledQueries<ViewRow>((db, count) =>
  db.selectFrom('users').select(VIEW_COLUMNS).where('id', 'in', Array<string>(count).fill('')),
);

const allStaff = compiledQuery<Pick<Row, 'id' | 'email' | 'role' | 'role_since' | 'is_sample' | 'mfa'>>((db) =>
  db
    .selectFrom('users')
    .select(['id', 'email', 'role', 'role_since', 'is_sample', 'mfa'])
    .where('role', 'is not', null)
    .orderBy('id'),
);

// perf: both together take 25 µs; built, compiled and planned anew at each search 159.
const foundByEmail = limitedQueries<SearchRow>((db, limit) =>
  db
    .selectFrom('users')
    .select([...VIEW_COLUMNS, 'email_canonical as key'])
    .where('email_canonical', '>=', '')
    .where('email_canonical', '<', '')
    .orderBy('email_canonical')
    .limit(limit),
);

const foundByName = limitedQueries<SearchRow & { email_canonical: string }>((db, limit) =>
  db
    .selectFrom('users')
    .select([...VIEW_COLUMNS, 'email_canonical', sql<string>`name_folded`.as('key')])
    .where((eb) => eb(eb.refTuple('name_folded', 'id'), '>', eb.tuple('', '')))
    .where('name_folded', '<', '')
    .orderBy('name_folded')
    .orderBy('id')
    .limit(limit),
);

/** The row was validated when it was written, so the brands hold. */
const toView = (row: ViewRow): UserRecordView => ({
  id: row.id as UserId,
  email: row.email as Email,
  name: row.name as UserRecordView['name'],
  age: row.age as UserRecordView['age'],
  createdAt: row.created_at as Instant,
  emailConfirmedAt: row.email_confirmed_at as Instant | null,
  pendingEmail: row.pending_email as Email | null,
  hasSecondFactor: row.mfa === 1,
  ban: row.banned_at === null ? null : rehydrate(`ban of user ${row.id}`, () => toBan(row)),
});
