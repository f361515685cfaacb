import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { ExpiryNotice } from '../../../../domain/license/expiry-notice.ts';
import type { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../../domain/license/license-id.ts';
import type { LicenseKey } from '../../../../domain/license/license-key.ts';
import type { LicenseSnapshot } from '../../../../domain/license/license-snapshot.ts';
import { isSortedByExpiry } from '../../../../domain/license/license-sort-order.ts';
import { MAX_GRACE_DAYS } from '../../../../domain/license/license-terms.ts';
import type { Product } from '../../../../domain/license/product.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { DAY_MS, Instant } from '../../../../domain/shared/instant.ts';
import type { Email } from '../../../../domain/user/email.ts';
import type { UserId } from '../../../../domain/user/user-id.ts';
import type {
  ActivationView,
  FoundLicense,
  LicenseListQuery,
  LicenseQueries,
  MachineView,
  OwnedLicense,
} from '../../../../ports/license-queries.ts';
import { compiledQueries, compiledQuery, limitedQueries } from '../compiled-query.ts';
import { type Database, equalsParameter, isPostgres, limitOf, type Schema, unindexed } from '../schema.ts';
import { type ActivationRow, toActivation } from './kysely-activations.ts';
import { LISTED, type LicenseRow, type ListedRow, toLicenseSnapshot, toListedLicense } from './kysely-licenses.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { AFTER_ALL_IDS, BEFORE_ALL_IDS, inSteps, isStorable, NO_USER_ID, rehydrate } from './rows.ts';

/** Earlier than every end of a license. */
const BEFORE_ALL_ENDS = '0001-01-01T00:00:00.000Z' as Instant;
const AFTER_ALL_ENDS = '9999-12-31T23:59:59.999Z' as Instant;

type Licenses<Row> = SelectQueryBuilder<Schema, 'licenses', Row>;

export class KyselyLicenseQueries extends KyselyRepository implements LicenseQueries {
  async get(id: LicenseId): Promise<LicenseSnapshot> {
    const [row] = (await ofId(this.db, id)).rows;
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    return toLicenseSnapshot(row);
  }

  async findById(id: LicenseId, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined> {
    return toFound((await byId(this.db, fingerprint ?? NO_FINGERPRINT, id)).rows);
  }

  async findByKey(key: LicenseKey, fingerprint: Fingerprint | undefined): Promise<FoundLicense | undefined> {
    return toFound((await byKey(this.db, fingerprint ?? NO_FINGERPRINT, key)).rows);
  }

  async list(query: LicenseListQuery): Promise<readonly LicenseSnapshot[]> {
    const { userId, product, status, expiresBefore, after, limit } = query;
    if (product !== undefined && !isStorable(product)) return [];
    if (product !== undefined || status !== undefined || expiresBefore !== undefined) {
      return (await this.#filtered(query, allColumns)).map(toLicenseSnapshot);
    }
    const values = [after?.id ?? BEFORE_ALL_IDS, ...(userId === undefined ? [] : [userId])];
    const pageOf = userId === undefined ? pageOfAll : pageOfUser;
    return (await pageOf(limit)(this.db, ...values)).rows.map(toLicenseSnapshot);
  }

  async listWithOwners(query: LicenseListQuery): Promise<readonly OwnedLicense[]> {
    const { userId, product, status, expiresBefore, after, limit } = query;
    if (product !== undefined && !isStorable(product)) return [];
    if ([userId, product, status, expiresBefore].some((filter) => filter !== undefined)) {
      return (await this.#filtered(query, withOwners)).map(toOwnedLicense);
    }
    const { rows } = await pageWithOwners(limit)(this.db, after?.id ?? BEFORE_ALL_IDS);
    return rows.map(toOwnedLicense);
  }

  async #filtered<Row extends Readonly<{ id: string }>>(
    query: LicenseListQuery,
    pageOf: (db: Database, page: PageQuery) => Page<Row>,
  ): Promise<readonly Row[]> {
    if (isPostgres(this.db) || !hasFilterWithoutIndex(query)) return pageOf(this.db, query).execute();
    return inSteps({
      from: query.after,
      limit: query.limit,
      endOf: (after, size) => stepFrom(this.db, { ...query, after }, size),
      pageOf: (after, until, limit) => pageOf(this.db, { ...query, after, until, limit }).execute(),
    });
  }

  async listActivations(query: { licenseId: LicenseId; after?: Fingerprint; limit: number }) {
    const { licenseId, after = NO_FINGERPRINT, limit } = query;
    return (await activationsAfter(limit)(this.db, licenseId, after)).rows.map(toActivationView);
  }

  async listNotices(ids: readonly LicenseId[]): Promise<readonly ExpiryNotice[]> {
    if (ids.length === 0) return [];
    const { rows } = await noticesOf(ids.length)(this.db, ...ids);
    return rows.map((row) => ({
      licenseId: row.license_id as LicenseId,
      expiresAt: row.expires_at as Instant,
      days: row.days,
      queuedAt: row.queued_at as Instant,
    }));
  }

  async listMachines(query: Parameters<LicenseQueries['listMachines']>[0]): Promise<readonly MachineView[]> {
    const { fingerprint: machine, after, limit } = query;
    const before = after ? [after.activatedAt, after.licenseId, after.fingerprint] : AFTER_ALL_MACHINES;
    const { rows } = await (machine === undefined
      ? machinesBefore(limit)(this.db, ...before)
      : activationsOfMachine(limit)(this.db, ...before, machine));
    return rows.map((row) => ({
      ...toActivationView(row),
      license: {
        key: row.license_key as LicenseKey,
        product: row.product as Product | null,
        userId: row.user_id as UserId,
      },
    }));
  }
}

const OWNED_COLUMNS = ['licenses.id', ...LISTED, 'last_validated_at', 'owner_banned'] as const;

type OwnedRow = ListedRow & Readonly<{ owner_email: string; owner_name: string | null }>;

const toOwnedLicense = (row: OwnedRow): OwnedLicense => ({
  ...rehydrate(`license ${row.id}`, () => toListedLicense(row)),
  owner: { email: row.owner_email as Email, name: row.owner_name as OwnedLicense['owner']['name'] },
});

type MachineRow = ActivationRow & Pick<LicenseRow, 'license_key' | 'product' | 'user_id'>;

/** Later than every activation. */
const AFTER_ALL_MACHINES = ['9999-12-31T23:59:59.999Z', AFTER_ALL_IDS, ''] as const;

const toActivationView = (row: ActivationRow): ActivationView => ({
  ...toActivation(row),
  lastSeenAt: row.last_seen_at as Instant | null,
});

/** No machine has it, and all come after it. */
const NO_FINGERPRINT = '';

const activationsAfter = limitedQueries<ActivationRow>((db, limit) =>
  db
    .selectFrom('license_activations')
    .selectAll()
    .where(equalsParameter(db, 'license_id'))
    .where('fingerprint', '>', '')
    .orderBy('fingerprint')
    .limit(limit),
);

/**
 * One query: a license that is deleted between two would leave the page one short, and so without a next one. By a left join,
 * which keeps the order of the machines.
 */
const machines = (db: Database) =>
  db
    .selectFrom('license_activations')
    .leftJoin('licenses', 'licenses.id', 'license_id')
    .selectAll('license_activations')
    .select(['license_key', 'product', 'user_id'])
    .where((eb) => eb(eb.refTuple('activated_at', 'license_id', 'fingerprint'), '<', eb.tuple('', '', '')))
    .orderBy('activated_at', 'desc')
    .orderBy('license_id', 'desc')
    .orderBy('fingerprint', 'desc')
    .$castTo<MachineRow>();

const machinesBefore = limitedQueries<MachineRow>((db, limit) => machines(db).limit(limit));
const activationsOfMachine = limitedQueries<MachineRow>((db, limit) =>
  machines(db).where(equalsParameter(db, 'fingerprint')).limit(limit),
);

const noticesOf = compiledQueries<Schema['expiry_notices']>((db, count) =>
  db.selectFrom('expiry_notices').selectAll().where('license_id', 'in', Array<string>(count).fill('')),
);

type FoundRow = LicenseRow & { activation: string | null };

const toFound = ([row]: readonly FoundRow[]): FoundLicense | undefined =>
  row === undefined ? undefined : { license: toLicenseSnapshot(row), isActivated: row.activation !== null };

// The activation by a subquery, not by a join: SQLite plans a join anew at each run.
const withActivation = (db: Database) =>
  db
    .selectFrom('licenses')
    .select((eb) =>
      eb
        .selectFrom('license_activations')
        .select('fingerprint')
        .where('fingerprint', '=', '')
        .whereRef('license_id', '=', 'licenses.id')
        .as('activation'),
    )
    .selectAll('licenses');

const ofId = compiledQuery<LicenseRow>((db) => db.selectFrom('licenses').selectAll().where('id', '=', ''));
const byId = compiledQuery<FoundRow>((db) => withActivation(db).where('licenses.id', '=', ''));
const byKey = compiledQuery<FoundRow>((db) => withActivation(db).where('license_key', '=', ''));

type PageQuery = Omit<LicenseListQuery, 'limit'> &
  Readonly<{
    limit: number | RawBuilder<number>;
    /** The last position that may be on the page. */
    until?: LicenseListQuery['after'];
  }>;

type Page<Row> = Readonly<{ execute(): Promise<Row[]> }>;

const hasFilterWithoutIndex = ({ userId, product, status, expiresBefore }: LicenseListQuery): boolean =>
  userId === undefined &&
  (hasPhase(status) || (expiresBefore !== undefined && (product !== undefined || status !== undefined)));

/** The last position of a step; `undefined`: there are fewer entries left. */
const stepFrom = async (db: Database, query: LicenseListQuery, size: number): Promise<LicenseListQuery['after']> => {
  const entries = rangeOf(db, db.selectFrom('licenses').select(['licenses.id', 'expires_at']), query);
  const row = await entries
    .limit(sql.lit(1))
    .offset(sql.lit(size - 1))
    .executeTakeFirst();
  return row && { id: row.id as LicenseId, expiresAt: row.expires_at as Instant | null };
};

/** @param all licenses, with the columns that are wanted */
const selectPage = <Row>(db: Database, all: Licenses<Row>, query: PageQuery): Licenses<Row> =>
  filtered(db, rangeOf(db, all, query), query).limit(limitOf(db, query.limit));

const allColumns = (db: Database, query: PageQuery) =>
  selectPage(db, db.selectFrom('licenses').selectAll('licenses'), query);

/** By a left join, which keeps the order of the licenses: SQLite would else be free to begin with the users. */
const withOwners = (db: Database, query: PageQuery) =>
  selectPage(db, db.selectFrom('licenses').select(OWNED_COLUMNS), query)
    .leftJoin('users', 'users.id', 'licenses.user_id')
    .select(['users.email as owner_email', 'users.name as owner_name'])
    .$castTo<OwnedRow>();

// perf: a page of 50 takes 49 µs, and 80 where its query is built each time. The lists without a filter are those that pages
// open with. Other filters are too many to keep each for each limit.
const pageOfAll = limitedQueries<LicenseRow>((db, limit) => allColumns(db, { limit, at: BEFORE_ALL_ENDS }));
const pageOfUser = limitedQueries<LicenseRow>((db, limit) =>
  allColumns(db, { limit, at: BEFORE_ALL_ENDS, userId: NO_USER_ID as UserId }),
);
const pageWithOwners = limitedQueries<OwnedRow>((db, limit) => withOwners(db, { limit, at: BEFORE_ALL_ENDS }));

/** The licenses of a range of one index, in its order. */
const rangeOf = <Row>(db: Database, licenses: Licenses<Row>, query: PageQuery): Licenses<Row> => {
  const { userId, product, status, after, until } = query;
  if (isSortedByExpiry(query)) {
    const [end, id] = [after?.expiresAt ?? firstEnd(query), after?.id ?? BEFORE_ALL_IDS];
    const range = licenses
      .orderBy('expires_at')
      .orderBy('licenses.id')
      .where((eb) => eb(eb.refTuple('expires_at', 'licenses.id'), '>', eb.tuple(end, id)));
    return until === undefined
      ? range.where('expires_at', '<', endBound(query))
      : range.where((eb) => eb(eb.refTuple('expires_at', 'licenses.id'), '<=', eb.tuple(until.expiresAt, until.id)));
  }
  let range = licenses.where('licenses.id', '>', after?.id ?? BEFORE_ALL_IDS).orderBy('licenses.id');
  if (until !== undefined) range = range.where('licenses.id', '<=', until.id);
  if (userId !== undefined) return range.where(equalsParameter(db, 'user_id', userId));
  if (status === 'scheduled') return range.whereRef('starts_at', '>', 'issued_at');
  if (product !== undefined) range = range.where('product', '=', product);
  if (status === undefined || (product !== undefined && hasPhase(status))) return range;
  range = range.where('status', '=', stored(status));
  // In the words of a partial index, which SQLite uses only then.
  return product === undefined ? range : range.where('status', '<>', sql.lit('active'));
};

/** The filters that the index of the range does not have. */
const filtered = <Row>(db: Database, range: Licenses<Row>, query: PageQuery): Licenses<Row> => {
  const { userId, product, status, at } = query;
  const isOfUser = userId !== undefined;
  const isOther = isOfUser || isSortedByExpiry(query) || status === 'scheduled';
  let page = range;
  if (product !== undefined && isOther) page = page.where(unindexed(db, 'product'), '=', product);
  if (status !== undefined) {
    const isInRange = !isOther && !(product !== undefined && hasPhase(status));
    if (!isInRange) page = page.where(unindexed(db, 'status'), '=', stored(status));
    page = inPhase(page, status, at);
  }
  return isOfUser && selectsByEnd(query) ? page.where('expires_at', '<', endBound(query)) : page;
};

/** A moment before all ends of licenses in a status, so that those which ended long ago are not read. */
const firstEnd = ({ status, at }: PageQuery): Instant => {
  if (status === 'active') return at;
  if (status === 'in_grace') return Instant.plusMs(at, -MAX_GRACE_DAYS * DAY_MS);
  return BEFORE_ALL_ENDS;
};

/** A moment after all ends: SQLite looks at one bound of a range only, so there is one. */
const endBound = ({ status, expiresBefore = AFTER_ALL_ENDS, at }: PageQuery): Instant => {
  if (status !== 'in_grace' && status !== 'expired') return expiresBefore;
  const afterNow = Instant.plusMs(at, 1);
  return afterNow < expiresBefore ? afterNow : expiresBefore;
};

const selectsByEnd = (query: PageQuery): boolean => isSortedByExpiry({ ...query, userId: undefined });

/** Whether it is a time of a license's term, and not set by an administrator. */
const hasPhase = (status: LicenseListQuery['status']): boolean =>
  status !== undefined && status !== 'revoked' && status !== 'suspended';

const stored = (status: NonNullable<LicenseListQuery['status']>): string => (hasPhase(status) ? 'active' : status);

/** The rules of domain/license/license-status.ts as a filter, but that of {@link endBound}. test/contracts/license-lists.contract.ts compares the two. */
const inPhase = <Row>(
  query: Licenses<Row>,
  status: NonNullable<LicenseListQuery['status']>,
  at: string,
): Licenses<Row> => {
  switch (status) {
    case 'scheduled':
      return query.where('starts_at', '>', at).whereRef('starts_at', '>', 'issued_at');
    case 'active':
      return begun(query, at).where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]));
    case 'in_grace':
      return begun(query, at).where('grace_ends_at', '>', at);
    case 'expired':
      return begun(query, at).where('grace_ends_at', '<=', at);
    default:
      return query;
  }
};

const begun = <Row>(query: Licenses<Row>, at: string): Licenses<Row> =>
  query.where((eb) => eb.or([eb('starts_at', '<=', at), eb('starts_at', '<=', eb.ref('issued_at'))]));
