import type { Kysely } from 'kysely';
import { License } from '../../../../domain/license/license.ts';
import type { LicenseId } from '../../../../domain/license/license-id.ts';
import type { LicenseSnapshot } from '../../../../domain/license/license-snapshot.ts';
import { DomainError } from '../../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../../domain/shared/instant.ts';
import type { LicenseRepository } from '../../../../ports/license-repository.ts';
import { isDuplicateKey, isMissingReference } from '../database-errors.ts';
import { blank, hotStatement, hotStatementOf } from '../hot-statement.ts';
import { locksRows } from '../locks-rows.ts';
import type { Schema } from '../schema.ts';
import { toLicenseRow, toLicenseSnapshot } from './license-row.ts';
import { rehydrate } from './rehydrate.ts';

/** One statement for each of these many ids, so that few statements need to be kept ready. */
const BATCHES = [512, 64, 8, 1];

export class KyselyLicenses implements LicenseRepository {
  readonly #db: Kysely<Schema>;
  /** As they were when this unit of work locked them. */
  readonly #rows = new Map<LicenseId, Row>();

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async lock(id: LicenseId): Promise<License> {
    const [row] = (await lock(this.#db, id)).rows;
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    this.#rows.set(id, row);
    return rehydrate(`license ${id}`, () => License.fromSnapshot(toLicenseSnapshot(row)));
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

  async touchLastValidated(ids: readonly LicenseId[], at: Instant): Promise<void> {
    // In one order for everybody, so that two instances never wait for each other's rows.
    let rest = [...ids].sort();
    while (rest.length > 0) {
      const size = BATCHES.find((size) => size <= rest.length) as number;
      await this.#db
        .updateTable('licenses')
        .set({ last_validated_at: at })
        .where('id', 'in', rest.slice(0, size))
        .where((eb) => eb.or([eb('last_validated_at', 'is', null), eb('last_validated_at', '<', at)]))
        .execute();
      rest = rest.slice(size);
    }
  }

  async #insert(snapshot: LicenseSnapshot): Promise<bigint | undefined> {
    const row = toLicenseRow(snapshot);
    return (await insert(this.#db, ...COLUMNS.map((column) => row[column]))).numAffectedRows;
  }

  async #replace(snapshot: LicenseSnapshot): Promise<bigint | undefined> {
    const { id, version } = snapshot;
    const [before, row] = [this.#rows.get(id), toLicenseRow(snapshot)];
    // Each column that is written again, with the same value even, has its indexes written again: a page for each.
    const columns = CHANGEABLE.filter((column) => before === undefined || before[column] !== row[column]);
    return (await replace(columns.join())(this.#db, ...columns.map((column) => row[column]), id, version))
      .numAffectedRows;
  }
}

type Row = Omit<Schema['licenses'], 'last_validated_at'>;

/**
 * When it was last asked about is written by `touchLastValidated` alone. The id is not written again either: where the key of
 * a parent is written, SQLite looks at all its children, even if it stays the same.
 */
const CHANGEABLE = [
  'license_key',
  'user_id',
  'product',
  'status',
  'issued_at',
  'starts_at',
  'expires_at',
  'grace_days',
  'grace_ends_at',
  'max_activations',
  'activations',
  'entitlements',
  'metadata',
  'version',
] as const satisfies (keyof Schema['licenses'])[];

const COLUMNS = ['id', ...CHANGEABLE, 'last_validated_at'] as const;

const lock = hotStatement((db) => {
  const query = db.selectFrom('licenses').selectAll().where('id', '=', '');
  return locksRows(db) ? query.forUpdate() : query;
});

const insert = hotStatement((db) =>
  db
    .insertInto('licenses')
    .values(blank(COLUMNS))
    .onConflict((on) => on.column('id').doNothing()),
);

/** One statement for each set of columns; each move of a license has its own. */
const replace = hotStatementOf((db, columns: string) =>
  db
    .updateTable('licenses')
    .set(blank(columns.split(',') as (keyof Row)[]))
    .where('id', '=', '')
    .where('version', '=', 0),
);
