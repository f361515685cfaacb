import type { ActivateLicense } from '../../../../../application/license/activate-license.ts';
import type { ChangeLicense } from '../../../../../application/license/change-license.ts';
import type { CheckOutLicense } from '../../../../../application/license/check-out-license.ts';
import type { DeactivateLicense } from '../../../../../application/license/deactivate-license.ts';
import type { IssueLicense } from '../../../../../application/license/issue-license.ts';
import type { ListActivations } from '../../../../../application/license/list-activations.ts';
import type { ListLicenses } from '../../../../../application/license/list-licenses.ts';
import type { ListPublicKeys } from '../../../../../application/license/list-public-keys.ts';
import type { ReadLicense } from '../../../../../application/license/read-license.ts';
import type { ValidateLicense } from '../../../../../application/license/validate-license.ts';

/** What can be asked for over HTTP about licenses. */
export type LicenseUseCases = Readonly<{
  activateLicense: ActivateLicense;
  changeLicense: ChangeLicense;
  checkOutLicense: CheckOutLicense;
  deactivateLicense: DeactivateLicense;
  issueLicense: IssueLicense;
  listActivations: ListActivations;
  listLicenses: ListLicenses;
  listPublicKeys: ListPublicKeys;
  readLicense: ReadLicense;
  validateLicense: ValidateLicense;
}>;
