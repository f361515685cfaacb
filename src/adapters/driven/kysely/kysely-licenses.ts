import type { Kysely } from 'kysely';
import { License } from '../../../domain/license/license.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { LicenseSnapshot } from '../../../domain/license/license-snapshot.ts';
import { DomainError } from '../../../domain/shared/domain-error.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import type { LicenseRepository } from '../../../ports/license-repository.ts';
import { isDuplicateKey, isMissingReference } from './database-errors.ts';
import { toLicenseRow, toLicenseSnapshot } from './license-row.ts';
import { locksRows } from './locks-rows.ts';
import { restore } from './restore.ts';
import type { Schema } from './schema.ts';

/** One statement for each of these many ids, so that few statements need to be kept ready. */
const BATCHES = [512, 64, 8, 1];

export class KyselyLicenses implements LicenseRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async lock(id: LicenseId): Promise<License> {
    const query = this.#db.selectFrom('licenses').selectAll().where('id', '=', id);
    const row = await (locksRows(this.#db) ? query.forUpdate() : query).executeTakeFirst();
    if (row === undefined) throw new DomainError('license.not-found', 'There is no such license.');
    return restore(`license ${id}`, () => License.fromSnapshot(toLicenseSnapshot(row)));
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

  async noteValidated(ids: readonly LicenseId[], at: Instant): Promise<void> {
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
    const insert = this.#db
      .insertInto('licenses')
      .values(toLicenseRow(snapshot))
      .onConflict((on) => on.column('id').doNothing());
    return (await insert.executeTakeFirst()).numInsertedOrUpdatedRows;
  }

  async #replace(snapshot: LicenseSnapshot): Promise<bigint> {
    const { last_validated_at: _, ...row } = toLicenseRow(snapshot);
    const update = this.#db.updateTable('licenses').set(row).where('id', '=', snapshot.id);
    return (await update.where('version', '=', snapshot.version).executeTakeFirst()).numUpdatedRows;
  }
}
