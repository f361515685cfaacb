import { setImmediate } from 'node:timers/promises';
import { type Selectable, sql } from 'kysely';
import { Entitlement } from '../../../../domain/license/entitlement.ts';
import type { ExpiryNotice } from '../../../../domain/license/expiry-notice.ts';
import { License } from '../../../../domain/license/license.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { LicenseKey } from '../../../../domain/license/license-key.ts';
import { type LicenseSnapshot, STORED_STATUSES } from '../../../../domain/license/license-snapshot.ts';
import { graceEndsAt } from '../../../../domain/license/license-status.ts';
import { Metadata } from '../../../../domain/license/metadata.ts';
import { Product } from '../../../../domain/license/product.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import { oneOf } from '../../../../domain/shared/invariant.ts';
import { UserId } from '../../../../domain/user/user-id.ts';
import type { LicenseRepository } from '../../../../ports/license-repository.ts';
import { compiledQueries, compiledQuery, placeholders } from '../compiled-query.ts';
import { isDuplicateKey, isMissingReference } from '../database-errors.ts';
import { type Database, isPostgres, lockingRows, locksRows, type Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { BEFORE_ALL_IDS, batchesOf, rehydrate } from './rows.ts';

/**
 * Rows of one owner that are changed in one statement, which has to end within the statement timeout. On SQLite it stops the
 * event loop, and requests that only read are answered after each.
 */
const OWNER_BATCH = 200;

const afterBatch = async (db: Database): Promise<void> => {
  if (!isPostgres(db)) await setImmediate();
};

/** Ids in one statement. A few sizes, so that few statements have to be prepared. */
const BATCHES = [512, 64, 8, 1];

export class KyselyLicenses extends KyselyRepository implements LicenseRepository {
  /** Rows as this unit of work locked them. */
  readonly #locked = new Map<LicenseId, LockedRow>();

  async lock(id: LicenseId): Promise<License> {
    const [row] = (await lock(this.db, id)).rows;
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    this.#locked.set(id, row);
    return rehydrate(`license ${id}`, () => License.fromSnapshot(toSnapshot(row)));
  }

  async save(license: License): Promise<void> {
    const snapshot = license.toSnapshot();
    try {
      const changed = snapshot.version === 0 ? await this.#insert(snapshot) : await this.#replace(snapshot);
      if (changed !== 1n) throw new DomainError('license.stale', 'The license has changed since.');
    } catch (error) {
      if (isMissingReference(error)) {
        throw new DomainError('user.not-found', 'There is no such user.', { cause: error });
      }
      if (!isDuplicateKey(error)) throw error;
      throw new DomainError('license.key-taken', 'Another license has this key.', { cause: error });
    }
  }

  async touchLastValidated(times: ReadonlyMap<Instant, readonly LicenseId[]>): Promise<void> {
    if (locksRows(this.db)) {
      // All instances lock rows in the same order, so that no two wait for each other. An update locks them as it finds them.
      for (const ids of batchesOf([...times.values()].flat().sort(), BATCHES)) {
        const rows = this.db.selectFrom('licenses').select('id').where('id', 'in', ids).orderBy('id');
        await rows.forNoKeyUpdate().execute();
      }
    }
    for (const [at, ids] of times) {
      for (const batch of batchesOf(ids, BATCHES)) {
        await this.db
          .updateTable('licenses')
          .set({ last_validated_at: at })
          .where('id', 'in', batch)
          .where((eb) => eb.or([eb('last_validated_at', 'is', null), eb('last_validated_at', '<', at)]))
          .execute();
      }
    }
  }

  async markOwnerBanned(userId: UserId, isBanned: boolean): Promise<number> {
    const [before, after] = isBanned ? [0, 1] : [1, 0];
    let [marked, last] = [0, BEFORE_ALL_IDS];
    for (;;) {
      const ids = (await markOwner(this.db, userId, last, before, after)).rows.map(({ id }) => id);
      marked += ids.length;
      if (ids.length < OWNER_BATCH) return marked;
      last = ids.reduce((highest, id) => (id > highest ? id : highest));
      await afterBatch(this.db);
    }
  }

  async addNotice({ licenseId, expiresAt, days, queuedAt }: ExpiryNotice): Promise<boolean> {
    const added = await this.db
      .insertInto('expiry_notices')
      .columns(['license_id', 'expires_at', 'days', 'queued_at'])
      .expression((eb) =>
        eb
          .selectFrom('licenses')
          .select(['id', 'expires_at', sql.lit(days).as('days'), sql<string>`${queuedAt}`.as('queued_at')])
          .where('id', '=', licenseId)
          .where('expires_at', '=', expiresAt),
      )
      .onConflict((on) => on.columns(['license_id', 'expires_at', 'days']).doNothing())
      .executeTakeFirst();
    return added.numInsertedOrUpdatedRows === 1n;
  }

  async removeNotice({ licenseId, expiresAt, days }: Omit<ExpiryNotice, 'queuedAt'>): Promise<void> {
    await this.db
      .deleteFrom('expiry_notices')
      .where('license_id', '=', licenseId)
      .where('expires_at', '=', expiresAt)
      .where('days', '=', days)
      .execute();
  }

  async #insert(snapshot: LicenseSnapshot): Promise<bigint | undefined> {
    const row = toRow(snapshot);
    return (await insert(this.db, ...COLUMNS.map((column) => row[column]))).numAffectedRows;
  }

  async #replace(snapshot: LicenseSnapshot): Promise<bigint | undefined> {
    const { id, version } = snapshot;
    const [before, row] = [this.#locked.get(id), toRow(snapshot)];
    // perf: SQLite writes the indexes of each column that is set, even to the same value. A change of one of 20,000
    // licenses takes 13 µs with its commit, and 77 where all columns are set.
    const columns = CHANGEABLE.filter((column) => before === undefined || before[column] !== row[column]);
    return (await replace(columns.join())(this.db, ...columns.map((column) => row[column]), id, version))
      .numAffectedRows;
  }
}

export type LicenseRow = Selectable<Schema['licenses']>;
type LockedRow = Omit<LicenseRow, 'last_validated_at'>;

/** Columns that are shown in lists and that `save` may change. */
export const LISTED = [
  'license_key',
  'user_id',
  'product',
  'status',
  'issued_at',
  'starts_at',
  'expires_at',
  'grace_days',
  'max_activations',
  'activations',
] as const;

/**
 * Columns that `save` may change. `last_validated_at` is written by `touchLastValidated` alone, `owner_banned` by
 * `markOwnerBanned` after the insert. The id is left out: SQLite checks all children of a row whose key is written, even
 * with the same value.
 */
const CHANGEABLE = [
  ...LISTED,
  'grace_ends_at',
  'entitlements',
  'metadata',
  'version',
] as const satisfies (keyof Schema['licenses'])[];

const COLUMNS = ['id', ...CHANGEABLE, 'last_validated_at', 'owner_banned'] as const;

const lock = compiledQuery((db) => lockingRows(db, db.selectFrom('licenses').selectAll().where('id', '=', '')));

const insert = compiledQuery((db) =>
  db
    .insertInto('licenses')
    .values(placeholders(COLUMNS))
    .onConflict((on) => on.column('id').doNothing()),
);

/** In the order of ids, as every writer locks rows of licenses, so that no two wait for each other. */
const markOwner = compiledQuery((db) =>
  db
    .with(
      (cte) => cte('batch').materialized(),
      (cte) => {
        const others = cte.selectFrom('licenses').select('id').where('user_id', '=', '').where('id', '>', '');
        const batch = others.where('owner_banned', '=', 0).orderBy('id').limit(sql.lit(OWNER_BATCH));
        return lockingRows(db, batch);
      },
    )
    .updateTable('licenses')
    .set(({ eb, lit }) => ({ owner_banned: 0, version: eb('version', '+', lit(1)) }))
    .where('id', 'in', (eb) => eb.selectFrom('batch').select('batch.id'))
    .returning('id'),
);

/**
 * Removes the licenses of a user, which the user would take along in one statement. Machines and notices go with them.
 * @returns how many there were
 */
export const removeLicensesOf = async (
  db: Database,
  userId: UserId,
): Promise<Readonly<{ licenses: number; activations: number }>> => {
  const removed = { licenses: 0, activations: 0 };
  for (let last = BEFORE_ALL_IDS, count = OWNER_BATCH; count === OWNER_BATCH; ) {
    const owned = (await lockOwned(db, userId, last)).rows;
    count = owned.length;
    let rows = 0;
    for (const [nth, { id, activations }] of owned.entries()) {
      removed.licenses += 1;
      removed.activations += activations;
      // Too many to go with the license.
      if (activations >= OWNER_BATCH) await removeActivationsOf(db, id);
      rows += 1 + activations;
      if (rows < OWNER_BATCH && nth + 1 < count) continue;
      await removeOwned(db, userId, last, id);
      [last, rows] = [id, 0];
      await afterBatch(db);
    }
  }
  return removed;
};

const removeActivationsOf = async (db: Database, id: string): Promise<void> => {
  for (let last = '', count = OWNER_BATCH; count === OWNER_BATCH; ) {
    const { rows } = await removeActivationsAfter(db, id, id, last);
    count = rows.length;
    last = rows.reduce((highest, { fingerprint }) => (fingerprint > highest ? fingerprint : highest), last);
    await afterBatch(db);
  }
};

/** In the order of ids, as every writer locks rows of licenses. */
const lockOwned = compiledQuery((db) => {
  const owned = db.selectFrom('licenses').select(['id', 'activations']).where('user_id', '=', '').where('id', '>', '');
  return lockingRows(db, owned.orderBy('id').limit(sql.lit(OWNER_BATCH)));
});

const removeOwned = compiledQuery((db) =>
  db.deleteFrom('licenses').where('user_id', '=', '').where('id', '>', '').where('id', '<=', ''),
);

const removeActivationsAfter = compiledQuery((db) =>
  db
    .deleteFrom('license_activations')
    .where('license_id', '=', '')
    .where('fingerprint', 'in', (eb) => {
      const after = eb.selectFrom('license_activations').select('fingerprint').where('license_id', '=', '');
      return after.where('fingerprint', '>', '').orderBy('fingerprint').limit(sql.lit(OWNER_BATCH));
    })
    .returning('fingerprint'),
);

/** One statement for each set of changed columns. */
const replace = compiledQueries((db, columns: string) =>
  db
    .updateTable('licenses')
    .set(placeholders(columns.split(',') as (keyof LockedRow)[]))
    .where('id', '=', '')
    .where('version', '=', 0),
);

const toRow = (license: LicenseSnapshot): Schema['licenses'] => ({
  id: license.id,
  license_key: license.key,
  user_id: license.userId,
  product: license.product,
  status: license.status,
  issued_at: license.issuedAt,
  starts_at: license.startsAt,
  expires_at: license.expiresAt,
  grace_days: license.graceDays,
  grace_ends_at: graceEndsAt(license),
  max_activations: license.maxActivations,
  activations: license.activations,
  entitlements: JSON.stringify(license.entitlements),
  metadata: JSON.stringify(license.metadata),
  last_validated_at: license.lastValidatedAt,
  owner_banned: license.ownerBanned ? 1 : 0,
  version: license.version + 1,
});

/** For a change: every field is validated again. */
const toSnapshot = (row: LicenseRow): LicenseSnapshot =>
  rehydrate(`license ${row.id}`, () => ({
    id: LicenseId.parse(row.id),
    key: LicenseKey.parse(row.license_key),
    userId: UserId.parse(row.user_id),
    product: row.product === null ? null : Product.fromStore(row.product),
    status: oneOf(STORED_STATUSES, row.status),
    issuedAt: Instant.parse(row.issued_at),
    startsAt: Instant.parse(row.starts_at),
    expiresAt: row.expires_at === null ? null : Instant.parse(row.expires_at),
    graceDays: row.grace_days,
    maxActivations: row.max_activations,
    activations: row.activations,
    entitlements: Entitlement.parseAll(JSON.parse(row.entitlements)),
    metadata: Metadata.parse(JSON.parse(row.metadata)),
    lastValidatedAt: row.last_validated_at === null ? null : Instant.parse(row.last_validated_at),
    ownerBanned: row.owner_banned !== 0,
    version: row.version,
  }));

/** Columns of a license in a list. */
export type ListedRow = Omit<LicenseRow, 'grace_ends_at' | 'entitlements' | 'metadata' | 'version'>;

/**
 * For reads, which run at every validation of a license key. Each field was validated when it was written and is only
 * compared, so it is not validated again, but for the status.
 */
export const toListedLicense = (row: ListedRow) => ({
  id: row.id as LicenseId,
  key: row.license_key as LicenseKey,
  userId: row.user_id as UserId,
  product: row.product as Product | null,
  status: oneOf(STORED_STATUSES, row.status),
  issuedAt: row.issued_at as Instant,
  startsAt: row.starts_at as Instant,
  expiresAt: row.expires_at as Instant | null,
  graceDays: row.grace_days,
  maxActivations: row.max_activations,
  activations: row.activations,
  lastValidatedAt: row.last_validated_at as Instant | null,
  ownerBanned: row.owner_banned !== 0,
});

/** The same with the columns that only the license itself shows. */
export const toLicenseSnapshot = (row: LicenseRow): LicenseSnapshot =>
  rehydrate(`license ${row.id}`, () => ({
    ...toListedLicense(row),
    entitlements: row.entitlements === '[]' ? [] : JSON.parse(row.entitlements),
    metadata: row.metadata === '{}' ? {} : JSON.parse(row.metadata),
    version: row.version,
  }));
