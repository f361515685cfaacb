import type { LicenseKey } from '../../domain/license/license-key.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';

/** Tells whether a license key exists. Is no validation: counts and records nothing. */
export class CheckLicenseKey {
  readonly #deps: { licenseQueries: LicenseQueries };

  constructor(deps: { licenseQueries: LicenseQueries }) {
    this.#deps = deps;
  }

  async execute(key: LicenseKey): Promise<boolean> {
    return (await this.#deps.licenseQueries.findByKey(key, undefined)) !== undefined;
  }
}
