import type { Kysely } from 'kysely';
import type { Activation } from '../../../domain/license/activation.ts';
import type { Fingerprint } from '../../../domain/license/fingerprint.ts';
import type { LicenseId } from '../../../domain/license/license-id.ts';
import type { ActivationRepository } from '../../../ports/activation-repository.ts';
import { toActivation } from './activation-row.ts';
import type { Schema } from './schema.ts';

export class KyselyActivations implements ActivationRepository {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async find(licenseId: LicenseId, fingerprint: Fingerprint): Promise<Activation | undefined> {
    const query = this.#db.selectFrom('license_activations').selectAll().where('license_id', '=', licenseId);
    const row = await query.where('fingerprint', '=', fingerprint).executeTakeFirst();
    return row === undefined ? undefined : toActivation(row);
  }

  async put({ licenseId, fingerprint, name, activatedAt }: Activation): Promise<void> {
    const news = { name, activated_at: activatedAt };
    await this.#db
      .insertInto('license_activations')
      .values({ license_id: licenseId, fingerprint, ...news })
      .onConflict((on) => on.columns(['license_id', 'fingerprint']).doUpdateSet(news))
      .execute();
  }

  async remove(licenseId: LicenseId, fingerprint: Fingerprint): Promise<void> {
    const gone = this.#db.deleteFrom('license_activations').where('license_id', '=', licenseId);
    await gone.where('fingerprint', '=', fingerprint).execute();
  }
}
