import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Activation } from '../../../../domain/license/activation.ts';
import type { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../../domain/license/license-id.ts';
import type { LicenseKey } from '../../../../domain/license/license-key.ts';
import { isSortedByExpiry } from '../../../../domain/license/license-list-order.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { LicenseListQuery, LicenseQueries, StoredLicense } from '../../../../ports/license-queries.ts';
import { compiledOnce } from '../compiled-once.ts';
import { isPostgres } from '../locks-rows.ts';
import type { Schema } from '../schema.ts';
import { toActivation } from './activation-row.ts';
import { BEFORE_ALL_IDS } from './before-all-ids.ts';
import { toStoredLicense } from './license-row.ts';

/** As for the ids. */
const BEFORE_ALL_ENDS = '0001-01-01T00:00:00.000Z';

type Found = Schema['licenses'] & { seat: string | null };
type Licenses = SelectQueryBuilder<Schema, 'licenses', Schema['licenses']>;

export class KyselyLicenseQueries implements LicenseQueries {
  readonly #db: Kysely<Schema>;
  readonly #byKey: (fingerprint: string, key: LicenseKey) => Promise<readonly Found[]>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
    // The seat by a subquery, not by a join: SQLite would plan a join anew whenever it is asked.
    this.#byKey = compiledOnce<Found>(db, (kysely) =>
      kysely
        .selectFrom('licenses')
        .select((eb) =>
          eb
            .selectFrom('license_activations')
            .select('fingerprint')
            .where('fingerprint', '=', '')
            .whereRef('license_id', '=', 'licenses.id')
            .as('seat'),
        )
        .selectAll('licenses')
        .where('license_key', '=', ''),
    );
  }

  async get(id: LicenseId): Promise<StoredLicense> {
    const row = await this.#db.selectFrom('licenses').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    return toStoredLicense(row);
  }

  async findByKey(key: LicenseKey, fingerprint: Fingerprint | undefined) {
    // No machine has the empty fingerprint.
    const [row] = await this.#byKey(fingerprint ?? '', key);
    return row === undefined ? undefined : { license: toStoredLicense(row), isActivated: row.seat !== null };
  }

  async list(wish: LicenseListQuery): Promise<readonly StoredLicense[]> {
    const all: Licenses = this.#db.selectFrom('licenses').selectAll();
    const aside = isPostgres(this.#db) ? is : unindexed;
    const query = isSortedByExpiry(wish) ? byEnd(all, wish, aside) : byIssue(all, wish, aside);
    return (await query.limit(wish.limit).execute()).map(toStoredLicense);
  }

  async listActivations(wish: { licenseId: LicenseId; after?: Fingerprint; limit: number }) {
    const query = this.#db.selectFrom('license_activations').selectAll().where('license_id', '=', wish.licenseId);
    const page = query.where('fingerprint', '>', wish.after ?? '').orderBy('fingerprint');
    return (await page.limit(wish.limit).execute()).map((row): Activation => toActivation(row));
  }
}

const byIssue = (query: Licenses, wish: LicenseListQuery, aside: Comparison): Licenses => {
  const { userId, product, status, expiresBefore, after, at } = wish;
  let page = query.where('id', '>', after?.id ?? BEFORE_ALL_IDS).orderBy('id');
  if (userId !== undefined) page = page.where('user_id', '=', userId);
  if (product !== undefined)
    page = page.where(userId === undefined ? is('product', product) : aside('product', product));
  if (status !== undefined) {
    const isNarrowed = userId !== undefined || product !== undefined;
    page = page.where(isNarrowed ? aside('status', stored(status)) : is('status', stored(status)));
    page = inPhase(page, status, at);
  }
  return expiresBefore === undefined ? page : page.where('expires_at', '<', expiresBefore);
};

const byEnd = (query: Licenses, wish: LicenseListQuery, aside: Comparison): Licenses => {
  const { product, status, expiresBefore, after, at } = wish;
  const [end, id] = [after?.expiresAt ?? BEFORE_ALL_ENDS, after?.id ?? BEFORE_ALL_IDS];
  let page = query.orderBy('expires_at').orderBy('id');
  page = page.where((eb) => eb(eb.refTuple('expires_at', 'id'), '>', eb.tuple(end, id)));
  if (expiresBefore !== undefined) page = page.where('expires_at', '<', expiresBefore);
  if (product !== undefined) page = page.where(aside('product', product));
  if (status !== undefined) page = inPhase(page.where(aside('status', stored(status))), status, at);
  return page;
};

type Word = 'product' | 'status';
type Comparison = (column: Word, value: string) => Expression<SqlBool>;

const is: Comparison = (column, value) => sql<SqlBool>`${sql.ref(column)} = ${value}`;

/**
 * The same, but no index is chosen for it: else the rows would come in another order and have to be sorted. Postgres
 * knows how many rows there are of each word, and chooses well by itself.
 */
const unindexed: Comparison = (column, value) =>
  sql<SqlBool>`case when ${sql.ref(column)} = ${value} then 1 else 0 end = 1`;

const stored = (status: NonNullable<LicenseListQuery['status']>): string =>
  status === 'revoked' || status === 'suspended' ? status : 'active';

/** What domain/license/license-status.ts says of a moment, said to the database; the contract holds them together. */
const inPhase = (query: Licenses, status: NonNullable<LicenseListQuery['status']>, at: string): Licenses => {
  switch (status) {
    case 'scheduled':
      return query.where('starts_at', '>', at);
    case 'active':
      return query
        .where('starts_at', '<=', at)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)]));
    case 'in_grace':
      return query.where('starts_at', '<=', at).where('expires_at', '<=', at).where('grace_ends_at', '>', at);
    case 'expired':
      // Follows from the end of grace, which no index knows: else the list would be read on to its very end.
      return query.where('starts_at', '<=', at).where('expires_at', '<=', at).where('grace_ends_at', '<=', at);
    default:
      return query;
  }
};
