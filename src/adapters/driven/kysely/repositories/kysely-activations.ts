import type { Selectable } from 'kysely';
import { type Activation, MachineName } from '../../../../domain/license/activation.ts';
import { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { ActivationRepository, Seat } from '../../../../ports/activation-repository.ts';
import { compiledQuery, placeholders } from '../compiled-query.ts';
import type { Schema } from '../schema.ts';
import { KyselyRepository } from './kysely-repository.ts';
import { rehydrate } from './rows.ts';

export class KyselyActivations extends KyselyRepository implements ActivationRepository {
  async find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined> {
    const [row] = (await find(this.db, licenseId, fingerprint)).rows;
    return row === undefined ? undefined : toActivation(row);
  }

  async put({ licenseId, fingerprint, name, activatedAt }: Activation): Promise<void> {
    await put(this.db, licenseId, fingerprint, name, activatedAt);
  }

  async touchLastSeen(times: ReadonlyMap<Instant, readonly Seat[]>): Promise<void> {
    const seen = [...times].flatMap(([at, seats]) => seats.map((seat) => ({ ...seat, at })));
    // All instances lock rows in the same order, so that no two wait for each other.
    for (const { licenseId, fingerprint, at } of seen.sort(bySeat)) {
      await touch(this.db, at, licenseId, fingerprint, at);
    }
  }

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    const deletion = this.db.deleteFrom('license_activations').where('license_id', '=', licenseId);
    await deletion.where('fingerprint', '=', fingerprint).execute();
  }
}

const bySeat = (a: Seat, b: Seat): number =>
  `${a.licenseId} ${a.fingerprint}` < `${b.licenseId} ${b.fingerprint}` ? -1 : 1;

const touch = compiledQuery((db) =>
  db
    .updateTable('license_activations')
    .set({ last_seen_at: '' })
    .where('license_id', '=', '')
    .where('fingerprint', '=', '')
    .where((eb) => eb.or([eb('last_seen_at', 'is', null), eb('last_seen_at', '<', '')])),
);

const find = compiledQuery((db) =>
  db.selectFrom('license_activations').selectAll().where('license_id', '=', '').where('fingerprint', '=', ''),
);

const put = compiledQuery((db) =>
  db
    .insertInto('license_activations')
    .values(placeholders(['license_id', 'fingerprint', 'name', 'activated_at']))
    .onConflict((on) =>
      on.columns(['license_id', 'fingerprint']).doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        activated_at: ref('excluded.activated_at'),
      })),
    ),
);

export type ActivationRow = Selectable<Schema['license_activations']>;

export const toActivation = (row: ActivationRow): Activation =>
  rehydrate(`activation ${row.license_id}`, () => ({
    licenseId: LicenseId.parse(row.license_id),
    fingerprint: Fingerprint.parse(row.fingerprint),
    name: row.name === null ? null : MachineName.fromStore(row.name),
    activatedAt: Instant.parse(row.activated_at),
  }));
