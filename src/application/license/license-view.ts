import { type LicenseStatus, statusAt } from '../../domain/license/license-status.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { StoredLicense } from '../../ports/license-queries.ts';

/** What may be shown of a license, with the status that holds now. */
export type LicenseView = Omit<StoredLicense, 'status'> & Readonly<{ status: LicenseStatus }>;

export const licenseView = (license: StoredLicense, at: Instant): LicenseView => ({
  ...license,
  status: statusAt(license, at),
});
