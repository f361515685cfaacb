import type { License } from '../../domain/license/license.ts';
import type { LicenseSnapshot } from '../../domain/license/license-snapshot.ts';
import { type LicenseStatus, statusAt } from '../../domain/license/license-status.ts';
import type { Instant } from '../../domain/shared/instant.ts';

/** The public fields of a license, with its status at a moment. */
export type LicenseView = Omit<LicenseSnapshot, 'status'> & Readonly<{ status: LicenseStatus }>;

export const licenseView = (license: LicenseSnapshot, at: Instant): LicenseView => ({
  ...license,
  status: statusAt(license, at),
});

/** A save raises the version in the store, and not that of the saved object. */
export const savedLicenseView = (license: License, at: Instant): LicenseView =>
  licenseView({ ...license.toSnapshot(), version: license.version + 1 }, at);
