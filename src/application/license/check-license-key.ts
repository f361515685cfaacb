import type { LicenseKey } from '../../domain/license/license-key.ts';
import type { Ports } from '../../ports/ports.ts';
import { UseCase } from '../use-case.ts';

/** Checks whether a license key exists. Unlike a validation it is neither counted nor recorded. */
export class CheckLicenseKey extends UseCase<Pick<Ports, 'licenseQueries'>> {
  async execute(key: LicenseKey): Promise<boolean> {
    return (await this.deps.licenseQueries.findByKey(key, undefined)) !== undefined;
  }
}
