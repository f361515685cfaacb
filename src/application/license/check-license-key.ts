import type { LicenseKey } from '../../domain/license/license-key.ts';
import type { LicenseQueries } from '../../ports/license-queries.ts';
import { UseCase } from '../use-case.ts';

/** Tells whether a license key exists. Is no validation: counts and records nothing. */
export class CheckLicenseKey extends UseCase<{ licenseQueries: LicenseQueries }> {
  async execute(key: LicenseKey): Promise<boolean> {
    return (await this.deps.licenseQueries.findByKey(key, undefined)) !== undefined;
  }
}
