import type { Kysely } from 'kysely';
import type { Activation } from '../../../../domain/license/activation.ts';
import type { Fingerprint } from '../../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../../domain/license/license-id.ts';
import type { ActivationRepository } from '../../../../ports/activation-repository.ts';
import { blank, hotStatement } from '../hot-statement.ts';
import type { Schema } from '../schema.ts';
import { toActivation } from './activation-row.ts';

export class KyselyActivations implements ActivationRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined> {
    const [row] = (await find(this.#db, licenseId, fingerprint)).rows;
    return row === undefined ? undefined : toActivation(row);
  }

  async put({ licenseId, fingerprint, name, activatedAt }: Activation): Promise<void> {
    await put(this.#db, licenseId, fingerprint, name, activatedAt);
  }

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    const gone = this.#db.deleteFrom('license_activations').where('license_id', '=', licenseId);
    await gone.where('fingerprint', '=', fingerprint).execute();
  }
}

const find = hotStatement((db) =>
  db.selectFrom('license_activations').selectAll().where('license_id', '=', '').where('fingerprint', '=', ''),
);

const put = hotStatement((db) =>
  db
    .insertInto('license_activations')
    .values(blank(['license_id', 'fingerprint', 'name', 'activated_at']))
    .onConflict((on) =>
      on.columns(['license_id', 'fingerprint']).doUpdateSet(({ ref }) => ({
        name: ref('excluded.name'),
        activated_at: ref('excluded.activated_at'),
      })),
    ),
);
