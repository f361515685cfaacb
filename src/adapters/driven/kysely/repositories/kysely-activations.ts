import type { Selectable } from 'kysely';
import { type Activation, MachineName } from '../../../../domain/license/activation.ts';
import { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import { LicenseId } from '../../../../domain/license/license-id.ts';
import { Instant } from '../../../../domain/shared/instant.ts';
import type { ActivationRepository } from '../../../../ports/activation-repository.ts';
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

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    const deletion = this.db.deleteFrom('license_activations').where('license_id', '=', licenseId);
    await deletion.where('fingerprint', '=', fingerprint).execute();
  }
}

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

export const toActivation = (row: Selectable<Schema['license_activations']>): Activation =>
  rehydrate(`activation ${row.license_id}`, () => ({
    licenseId: LicenseId.parse(row.license_id),
    fingerprint: Fingerprint.parse(row.fingerprint),
    name: row.name === null ? null : MachineName.fromStore(row.name),
    activatedAt: Instant.parse(row.activated_at),
  }));
